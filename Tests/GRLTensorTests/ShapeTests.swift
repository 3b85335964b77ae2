import GRLTensor
import Testing

@Suite struct ShapeTests {
    @Test(
        arguments: [
            ([], 1), ([0], 0), ([2, 3, 4], 24), ([5, 0, 7], 0), ([1, 1, 1, 1, 1, 1, 1, 2], 2),
        ] as [([Int], Int)])
    func countIsTheProduct(dimensions: [Int], count: Int) throws {
        let shape = try Shape(dimensions)
        #expect(shape.count == count)
        #expect(shape.rank == dimensions.count)
        #expect(shape.dimensions == dimensions)
    }

    @Test(
        arguments: [
            ([-1], .dimensionNegative),
            ([3, Int.min], .dimensionNegative),
            ([1, 1, 1, 1, 1, 1, 1, 1, 1], .rankLimit),
            ([1 << 31], .sizeOverflow),
            ([Int.max], .sizeOverflow),
            // The product is 2^64, which wraps around to 0.
            ([65536, 65536, 65536, 65536], .sizeOverflow),
            // A zero hides no overflow: the other dimensions must fit too, because strides are their products.
            ([0, 65536, 65536, 65536, 65536], .sizeOverflow),
            ([65536, 65536, 65536, 65536, 0], .sizeOverflow),
        ] as [([Int], TensorError.Code)])
    func refuses(dimensions: [Int], code: TensorError.Code) {
        let error = #expect(throws: TensorError.self) { try Shape(dimensions) }
        #expect(error?.code == code)
    }

    @Test func bytesOfTheLargestShapeFit() throws {
        let shape = try Shape([1 << 30, 1 << 28])
        #expect(throws: Never.self) { try Checked.multiply(shape.count, 8) }
        #expect(throws: TensorError.self) { try Shape([1 << 30, 1 << 29]) }
    }

    @Test func stridesAreRowMajor() throws {
        #expect(try Shape([2, 3, 4]).strides == [12, 4, 1])
        #expect(try Shape([2, 0, 4]).strides == [4, 4, 1])
        #expect(Shape.scalar.strides.isEmpty)
        #expect(try Shape([2, 3, 4]).count(of: 1..<3) == 12)
        #expect(try Shape([2, 3, 4]).count(of: 3..<3) == 1)
    }

    @Test func axesCountFromTheBack() throws {
        let shape = try Shape([2, 3, 4])
        #expect(try shape.normalizedAxis(-1) == 2)
        #expect(try shape.normalizedAxis(-3) == 0)
        #expect(try shape.normalizedAxis(2) == 2)
        #expect(try Shape.normalizedAxes([-1, 0], rank: 3) == [2, 0])
        for axis in [3, -4, Int.max, Int.min] {
            let error = #expect(throws: TensorError.self) { try shape.normalizedAxis(axis) }
            #expect(error?.code == .axis)
        }
        #expect(throws: TensorError.self) { try Shape.scalar.normalizedAxis(0) }
        #expect(throws: TensorError.self) { try Shape.normalizedAxes([0, -3], rank: 3) }
    }

    @Test(
        arguments: [
            ([2, 3], [2, 3], [2, 3]), ([], [4, 5], [4, 5]), ([3], [2, 1], [2, 3]), ([4, 1, 2], [3, 1], [4, 3, 2]),
            ([1], [0], [0]), ([0, 1], [1, 7], [0, 7]),
        ] as [([Int], [Int], [Int])])
    func broadcasts(a: [Int], b: [Int], expected: [Int]) throws {
        #expect(try Shape(a).broadcast(with: Shape(b)).dimensions == expected)
        #expect(try Shape(b).broadcast(with: Shape(a)).dimensions == expected)
    }

    @Test func differentDimensionsDoNotBroadcast() throws {
        let error = #expect(throws: TensorError.self) { try Shape([2, 3]).broadcast(with: Shape([2, 4])) }
        #expect(error?.code == .shape)
        #expect(throws: TensorError.self) { try Shape([0]).broadcast(with: Shape([2])) }
    }

    @Test func broadcastStridesAreZeroAlongRepeatedAxes() throws {
        let target = try Shape([5, 2, 3])
        #expect(try Shape([2, 3]).broadcastStrides(to: target) == [0, 3, 1])
        #expect(try Shape([5, 1, 3]).broadcastStrides(to: target) == [3, 0, 1])
        #expect(Shape.scalar.broadcastStrides(to: target) == [0, 0, 0])
    }
}
