import GRLGraph
import GRLTensor
import TestSupport
import Testing

@Suite("MatMul and Gemm")
struct LinearAlgebraTests {
    @Test("MatMul of every combination of ranks agrees with plain loops")
    func matMulRanks() throws {
        let pairs: [([Int], [Int])] = [
            ([3], [3]), ([3], [3, 4]), ([5, 3], [3]), ([5, 3], [3, 4]), ([2, 5, 3], [3, 4]), ([5, 3], [2, 3, 4]),
            ([2, 1, 5, 3], [7, 3, 4]), ([2, 5, 3], [3]), ([3], [2, 3, 4]), ([0, 3], [3, 4]), ([5, 0], [0, 4]),
            ([0, 5, 3], [3, 4]), ([150, 40], [40, 300]), ([4, 64, 16], [4, 16, 64]),
        ]
        for (a, b) in pairs {
            #expect(try fastDifference("MatMul", inputs: [noise(a), noise(b, seed: 2)]) <= 1e-5, "\(a) x \(b)")
        }
    }

    @Test("MatMul of integers wraps around, of float16 rounds once")
    func matMulTypes() throws {
        let a = try tensor([Int32.max, 1, 2, 3], [2, 2]), b = try tensor([Int32(2), 0, 0, 1], [2, 2])
        let product = try OperatorRunner.run("MatMul", inputs: [a, b])[0]
        #expect(try product.elements(of: Int32.self) == [-2, 1, 4, 3])
        let halves = try tensor([Float16](repeating: 1, count: 4096), [1, 4096])
        let column = try tensor([Float16](repeating: 1, count: 4096), [4096, 1])
        #expect(try OperatorRunner.run("MatMul", inputs: [halves, column])[0].elements(of: Float16.self) == [4096])
        let doubles = try tensor([1.0, 2, 3, 4], [2, 2])
        let square = try OperatorRunner.run("MatMul", inputs: [doubles, doubles], accelerated: true)[0]
        #expect(try square.elements(of: Double.self) == [7, 10, 15, 22])
    }

    @Test("MatMul refuses factors that do not fit")
    func matMulErrors() throws {
        for (a, b) in [([2, 3], [4, 2]), ([], [3]), ([2, 2, 3], [3, 3, 2])] {
            #expect(throws: (any Error).self) { try OperatorRunner.run("MatMul", inputs: [noise(a), noise(b)]) }
        }
        let integers = try tensor([Int64(1)], [1])
        #expect(throws: OperatorError.self) { try OperatorRunner.run("MatMul", inputs: [noise([1]), integers]) }
    }

    @Test("Products are the same bits whichever order the pieces run in")
    func piecesAreIndependent() throws {
        for (a, b) in [([3, 1000, 64], [64, 96]), ([40, 64, 16], [40, 16, 64]), ([3, 512], [512, 5000])] {
            let inputs = [try noise(a), try noise(b, seed: 2)]
            let forward = try OperatorRunner.run("MatMul", inputs: inputs, accelerated: true)[0]
            let backward = try OperatorRunner.run(
                "MatMul", inputs: inputs, accelerated: true, executor: BackwardExecutor())[0]
            #expect(try forward.elements(of: Float.self) == backward.elements(of: Float.self))
        }
    }

    @Test("Gemm in every transposition, with each form of the addend")
    func gemm() throws {
        for (transA, transB) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
            let a = try noise(transA == 1 ? [7, 5] : [5, 7])
            let b = try noise(transB == 1 ? [6, 7] : [7, 6], seed: 2)
            let attributes: [String: AttributeValue] = [
                "transA": .int(transA), "transB": .int(transB), "alpha": .float(0.5), "beta": .float(2),
            ]
            for addend in [nil, [], [1], [6], [1, 6], [5, 1], [5, 6]] as [[Int]?] {
                let inputs = [a, b, try addend.map { try noise($0, seed: 3) }]
                #expect(try fastDifference("Gemm", attributes: attributes, inputs: inputs) <= 1e-5)
            }
        }
        let one = try tensor([Float(2)], [1, 1])
        let scaled = try OperatorRunner.run(
            "Gemm", attributes: ["alpha": .float(0.5), "beta": .float(3)], inputs: [one, one, one])[0]
        #expect(try scaled.elements(of: Float.self) == [8])
        #expect(throws: OperatorError.self) {
            try OperatorRunner.run("Gemm", inputs: [noise([2, 3]), noise([2, 3])])
        }
        #expect(throws: (any Error).self) {
            try OperatorRunner.run("Gemm", inputs: [noise([2, 3]), noise([3, 2]), noise([3])])
        }
    }
}
