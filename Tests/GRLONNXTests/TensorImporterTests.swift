import GRLGraph
import GRLONNX
import GRLOperators
import GRLTensor
import TestSupport
import Testing

/// Tensors in all the ways in which a file can hold them, and in some in which it cannot.
@Suite struct TensorImporterTests {
    func load(_ tensor: Wire) throws -> Tensor {
        let graph = try ModelImporter.load(bytes: ModelBytes.model(of: tensor)).graph
        return try #require(graph.value(named: "w").flatMap { graph[$0].constant })
    }

    func code(_ tensor: Wire) -> String { importCode(ModelBytes.model(of: tensor)) }

    func bytes<Number>(_ numbers: [Number]) -> [UInt8] { numbers.withUnsafeBytes { Array($0) } }

    func packed(_ numbers: [Int]) -> [UInt8] { numbers.flatMap { Wire.varint(UInt64(bitPattern: Int64($0))) } }

    /// Each type number with two elements as raw bytes and as a typed field, which must give the same tensor.
    @Test func rawAndTypedElementsAgree() throws {
        let cases: [(UInt64, [UInt8], UInt64, [UInt8])] = [
            (1, bytes([1.5, -2] as [Float]), 4, bytes([1.5, -2] as [Float])),
            (2, [7, 255], 5, packed([7, 255])), (3, [7, 0x80], 5, packed([7, -128])),
            (4, bytes([7, 65535] as [UInt16]), 5, packed([7, 65535])),
            (5, bytes([7, -3] as [Int16]), 5, packed([7, -3])), (6, bytes([7, -3] as [Int32]), 5, packed([7, -3])),
            (7, bytes([7, -3] as [Int64]), 7, packed([7, -3])), (9, [1, 0], 5, packed([1, 0])),
            (10, bytes([1.5, -2] as [Float16]), 5, packed([0x3E00, 0xC000])),
            (11, bytes([1.5, -2] as [Double]), 10, bytes([1.5, -2] as [Double])),
            (12, bytes([7, UInt32.max]), 11, packed([7, Int(UInt32.max)])),
            (13, bytes([7, UInt64.max]), 11, packed([7, -1])),
            (16, [0xC0, 0x3F, 0, 0xC0], 5, packed([0x3FC0, 0xC000])),
            (21, [0xF1], 5, packed([0xF1])), (22, [0xF1], 5, packed([0xF1])),
        ]
        for (type, raw, field, typed) in cases {
            let a = try load(ModelBytes.tensor(type: type, dimensions: [2], Wire().block(9, raw)))
            let b = try load(ModelBytes.tensor(type: type, dimensions: [2], Wire().block(field, typed)))
            #expect(a.elementType.onnxCode == Int(type) && a.type == b.type)
            #expect(a.withBytes { Array($0) } == b.withBytes { Array($0) }, "\(a.elementType)")
            #expect(a.withBytes { Array($0) } == ([21, 22].contains(type) ? [1, type == 21 ? 15 : 0xFF] : raw))
        }
    }

    @Test func largePayloadsAreReadInPlace() throws {
        let numbers = (0..<5000).map { Float($0) }
        let tensor = try load(ModelBytes.tensor(type: 1, dimensions: [50, 100], Wire().block(9, bytes(numbers))))
        #expect(try tensor.elements(of: Float.self) == numbers)
        let nibbles = (0..<4001).map { UInt8(truncatingIfNeeded: $0 & 15) }
        let pairs = stride(from: 0, to: 4001, by: 2).map { nibbles[$0] | ($0 + 1 < 4001 ? nibbles[$0 + 1] << 4 : 0) }
        let small = try load(ModelBytes.tensor(type: 21, dimensions: [4001], Wire().block(9, pairs)))
        #expect(small.withBytes { Array($0) } == nibbles)
    }

    @Test func scalarsAndEmptyTensors() throws {
        #expect(try load(ModelBytes.tensor(type: 7, dimensions: [], Wire().block(7, [5]))).elements() == [Int64(5)])
        for fields in [Wire(), Wire().block(9, []), Wire().block(4, [])] {
            #expect(try load(ModelBytes.tensor(type: 1, dimensions: [3, 0], fields)).shape.dimensions == [3, 0])
        }
    }

    @Test func wrongSizesAreRefused() {
        func float(_ dimensions: [Int], _ fields: Wire) -> String {
            code(ModelBytes.tensor(type: 1, dimensions: dimensions, fields))
        }
        for count in [0, 1, 7, 9, 12, 4096] {
            #expect(float([2], Wire().block(9, [UInt8](repeating: 0, count: count))) == "RAW_DATA_SIZE")
        }
        #expect(float([2], Wire()) == "RAW_DATA_SIZE")
        #expect(float([0], Wire().block(9, [0, 0, 0, 0])) == "RAW_DATA_SIZE")
        #expect(float([1], Wire().block(9, [0, 0, 0, 0]).block(4, [0, 0, 0, 0])) == "RAW_DATA_SIZE")
        #expect(float([0], Wire().block(4, [0, 0, 0, 0])) == "DATA_VALUE")
        #expect(float([], Wire().block(4, bytes([1, 2] as [Float]))) == "DATA_VALUE")
        #expect(float([2], Wire().block(4, [0, 0, 0, 0])) == "DATA_VALUE")
        #expect(float([1], Wire().block(5, [1])) == "DATA_VALUE", "an int field for floats")
        #expect(float([1], Wire().block(4, [0, 0, 0, 0]).block(5, [1])) == "DATA_VALUE", "two fields")
        #expect(float([1 << 30, 1 << 10], Wire().block(4, [0, 0, 0, 0])) == "DATA_VALUE", "nothing is allocated")
    }

    @Test(arguments: [(2, 256), (2, -1), (3, 128), (4, 65536), (5, 32768), (9, 2), (10, 65536), (16, -1), (22, 256)])
    func elementsOutOfRangeAreRefused(type: UInt64, value: Int) {
        #expect(code(ModelBytes.tensor(type: type, dimensions: [1], Wire().block(5, packed([value])))) == "DATA_VALUE")
    }

    @Test func boolsAreZeroOrOne() {
        #expect(code(ModelBytes.tensor(type: 9, dimensions: [1], Wire().block(9, [2]))) == "DATA_VALUE")
    }

    @Test(arguments: [-1, 0, 77, 8, 14, 15, 17, 18, 19, 20, 23, 24, 25, 26])
    func otherElementTypesAreRefused(type: Int) {
        let number = UInt64(bitPattern: Int64(type))
        #expect(code(ModelBytes.tensor(type: number, dimensions: [1], Wire().block(9, [0]))) == "DTYPE")
    }

    @Test(arguments: [
        ([-1], "DIM_NEGATIVE"), ([1 << 62], "SIZE_OVERFLOW"), ([1 << 32, 1 << 32], "SIZE_OVERFLOW"),
        ([1 << 31, 1 << 31, 0], "SIZE_OVERFLOW"), ([65536, 65536, 65536, 65536], "SIZE_OVERFLOW"),
        ([1, 1, 1, 1, 1, 1, 1, 1, 1], "RANK_LIMIT"),
    ])
    func badShapesAreRefused(dimensions: [Int], expected: String) {
        #expect(code(ModelBytes.tensor(type: 1, dimensions: dimensions, Wire().block(9, [0, 0, 0, 0]))) == expected)
    }

    @Test func highRanksAreRefused() {
        let dimensions = [UInt8](repeating: 1, count: 1_000_000)
        #expect(code(Wire().number(2, 1).text(8, "w").block(1, dimensions)) == "RANK_LIMIT")
    }

    @Test func segmentsAreUnsupported() {
        #expect(code(ModelBytes.tensor(type: 1, dimensions: [1], Wire().message(3, Wire()))) == "UNSUPPORTED")
    }

    @Test func budgetsHold() {
        let tensor = ModelBytes.tensor(type: 1, dimensions: [1000], Wire().block(9, [UInt8](repeating: 0, count: 4000)))
        let options = ImportOptions(allocator: TensorAllocator(limit: 3999))
        #expect(importCode(ModelBytes.model(of: tensor), options: options) == "MEMORY_BUDGET")
    }
}
