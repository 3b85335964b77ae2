package import GRLGraph
import GRLTensor

/// `Upsample`, which opset 10 replaced by `Resize`.
package struct Upsample: LegacyResize {
    package static let spec = OperatorSpec("Upsample", versions: 7...9, inputs: 2...2, writtenVersion: 9)

    package let resize: Resize

    package init(_ node: inout NodeReader) throws {
        resize = Resize(legacyMode: try node.choice("mode", default: .nearest))
        guard node.opset < 9 else { return }
        let scales = try node.required("scales", node.floats("scales"))
        node.setInput(1, to: try Tensor(vector: scales))
    }
}
