import GRLGraph
import GRLOperators
import GRLTensor
import TestSupport
import Testing

@Suite("Attention that projects its operands")
struct ProjectedAttentionTests {
    /// A few windows, for which the image is projected as a whole, and many, which are projected one by one.
    static let cases = [[2, 3], [6, 7]].flatMap { windows in
        [
            WindowCase(
                batch: 2, headSize: 5, windows: windows, queryWindow: [4, 6], keyWindow: [4, 6], queryShift: [2, 3],
                keyShift: [2, 3], mask: -100),
            WindowCase(
                windows: windows, queryWindow: [5, 3], keyWindow: [2, 2], queryShift: [2, 0], keyShift: [1, 0]),
            WindowCase(
                heads: 3, windows: windows, queryWindow: [1, 2], keyWindow: [7, 5], keyShift: [3, 4], isCosine: false,
                hasTable: false),
        ]
    }

    @Test("To the bit as the attention of what is projected", arguments: cases)
    func agrees(_ example: WindowCase) throws {
        let inputs = try example.inputs()
        for operands in ["queries", "keysAndValues", "all"] {
            if operands == "all" && example.queryWindow != example.keyWindow { continue }
            let areQueries = operands != "keysAndValues"
            let columns = try #require(inputs[areQueries ? 0 : 2]).shape[3]
            let size = example.extent(areQueries ? example.queryWindow : example.keyWindow)
            let image = try noise([example.batch] + size + [7], seed: 9)
            let weights = try noise([1, 1, 7, columns], seed: 10)
            let bias = try noise([columns], seed: 11)
            let layer: [String: AttributeValue] = ["weights": .tensor(weights), "bias": .tensor(bias)]
            let projected = try ChannelsLast.fused("ImageConvolution", [image], layer, accelerated: true)
            var attending = inputs
            var projecting = inputs
            for input in operands == "all" ? 0..<3 : areQueries ? 0..<1 : 1..<3 {
                attending[input] = projected
                projecting[input] = image
            }
            let expected = try ChannelsLast.fused("WindowAttention", attending, example.attributes, accelerated: true)
            let attributes = example.attributes.merging([
                "projected": .string(operands), "projection_weights": .tensor(weights),
                "projection_bias": .tensor(bias),
            ]) { $1 }
            let result = try ChannelsLast.fused("ProjectedAttention", projecting, attributes, accelerated: true)
            #expect(result.withBytes { Array($0) } == expected.withBytes { Array($0) }, "\(operands)")
            _ = try ChannelsLast.checked("ProjectedAttention", projecting, attributes, bound: 2e-5)
        }
    }

    @Test("Operands that do not fit are refused")
    func refusals() throws {
        let example = WindowCase(queryWindow: [4, 4], keyWindow: [2, 2])
        let inputs = try example.inputs()
        func code(_ operands: String, _ inputs: [Tensor?], kernel: Int = 1) throws -> OperatorError.Code? {
            let weights = AttributeValue.tensor(try noise([kernel, kernel, 7, 8]))
            let attributes = example.attributes.merging(
                ["projected": .string(operands), "projection_weights": weights]
            ) { $1 }
            return #expect(throws: OperatorError.self) {
                try ChannelsLast.fused("ProjectedAttention", inputs, attributes)
            }?.code
        }
        #expect(try code("some", inputs) == .attributeValue)
        #expect(try code("all", inputs) == .attributeValue)
        #expect(try code("queries", inputs, kernel: 3) == .attributeValue)
        let images = [inputs[0], try noise([1, 4, 2, 7]), inputs[2]] + inputs.dropFirst(3)
        #expect(try code("keysAndValues", images) == .shape)
    }
}
