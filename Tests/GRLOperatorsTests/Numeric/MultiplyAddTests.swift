import GRLGraph
import GRLOperators
import GRLTensor
import TestSupport
import Testing

/// Multiply-adds counted by hand.
@Suite struct MultiplyAddTests {
    @Test(arguments: [
        // 2 images of 6 filters at 4×3 places, each over 4 channels of 3×3.
        ("Conv", [[2, 4, 6, 5], [6, 4, 3, 3]], ["group": 1], 2 * 6 * 4 * 3 * 4 * 9),
        // In two groups a filter sees half of the channels.
        ("Conv", [[2, 4, 6, 5], [6, 2, 3, 3]], ["group": 2], 2 * 6 * 4 * 3 * 2 * 9),
        ("ConvTranspose", [[1, 4, 3, 3], [4, 5, 2, 2]], [:], 4 * 9 * 5 * 4),
        ("MatMul", [[7, 1, 3, 4], [2, 4, 5]], [:], 7 * 2 * 3 * 4 * 5),
        ("MatMul", [[4], [4]], [:], 4),
        ("Gemm", [[4, 3], [5, 4]], ["transA": 1, "transB": 1], 3 * 4 * 5),
        ("Relu", [[7, 7]], [:], 0),
        ("MatMul", [[0, 4], [4, 5]], [:], 0),
    ])
    func counts(name: String, shapes: [[Int]], attributes: [String: Int], expected: Int) throws {
        #expect(try multiplyAdds(name, shapes, attributes.mapValues { .int($0) }) == expected)
    }

    @Test func sumsOfProductsCountEveryFactor() throws {
        #expect(try multiplyAdds("Einsum", [[2, 3], [3, 4]], ["equation": .string("ij,jk->ik")]) == 2 * 3 * 4)
        #expect(
            try multiplyAdds("Einsum", [[2, 3], [3, 4], [4, 5]], ["equation": .string("ij,jk,kl->il")])
                == 2 * (2 * 3 * 4 * 5))
        #expect(try multiplyAdds("Einsum", [[2, 3]], ["equation": .string("ij->ji")]) == 0)
    }

    @Test func attentionCountsLogitsAndValues() throws {
        let attention = try WindowAttention(
            heads: 3, headSize: 5, query: WindowAttention.Side(window: PixelPair(2, 4)),
            key: WindowAttention.Side(window: PixelPair(4, 8)), isCosine: true)
        let types = try [[2, 4, 8, 15], [2, 8, 16, 15], [2, 8, 16, 15], [3]].map { try TensorType(.float32, $0) }
        // 2 images of 4 windows of 3 heads: 8 queries against 32 keys of 5 channels, twice.
        #expect(
            try attention.multiplyAdds(InferenceContext(types: types)) == 2 * 4 * 3 * 8 * 32 * 5 * 2)
    }

    @Test func wrongInputsAreErrors() {
        #expect(throws: OperatorError.self) { try multiplyAdds("MatMul", [[2, 3], [4, 5]], [:]) }
    }

    private func multiplyAdds(
        _ name: String, _ shapes: [[Int]], _ attributes: [String: AttributeValue]
    ) throws -> Int {
        let type = try #require(OperatorRegistry.find(name, opset: 21))
        var reader = NodeReader(
            operatorName: name, opset: 21, inputs: shapes.map { _ in .absent }, outputCount: 1, attributes: attributes)
        let operation = try type.init(&reader)
        return try operation.multiplyAdds(InferenceContext(types: shapes.map { try TensorType(.float32, $0) }))
    }
}
