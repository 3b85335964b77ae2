import GRLGraph
import GRLOptimizer
import GRLRestoration
import GRLRuntime
import GRLTensor

/// Whether the network runs at the sizes that its inputs declare: exports often declare any size, or any batch, and
/// hold constants of one.
package struct SizesCheck: Check {
    package let name = "sizes"

    package init() {}

    package func run(on subject: Subject) throws -> [Finding] {
        let picture: Tensor
        do {
            picture = try NoiseInput.picture(for: subject.model(.imported))
        } catch let error as RunError {
            return [Finding(name, .skipped, error.message)]
        }
        let declared = subject.graph[subject.graph.inputs[0]].declaration.dimensions ?? []
        let isFree = declared.map { if case .fixed = $0 { false } else { true } }
        var findings = try masks(subject, picture, followsInput: isFree.count == 4 && (isFree[2] || isFree[3]))
        if isFree.count == 4, isFree[0] { findings += batch(subject, picture) }
        if isFree.count == 4, isFree[2] || isFree[3], findings.allSatisfy({ $0.outcome != .failed }) {
            findings += otherSizes(subject, picture, isFree)
        }
        let baked = BakedConstants(subject.graph, picture: picture.shape)
        let details = baked.masks.map { "mask '\($0)'" } + baked.shapes.map { "shape '\($0)'" }
        let followsSize = isFree.count == 4 && (isFree[2] || isFree[3])
        if followsSize, !baked.isEmpty, findings.isEmpty {
            findings.append(
                Finding(
                    name, .warned,
                    "the input declares any size, and \(baked.summary) \(baked.isSingle ? "looks" : "look") like those of \(picture.shape)",
                    details: details))
        }
        guard findings.isEmpty else { return findings }
        if isFree.contains(true) {
            let open = zip(["batch", "channels", "height", "width"], isFree).filter(\.1).map(\.0)
            return [Finding(name, .passed, "runs at other sizes, as \(open.joined(separator: ", ")) are open")]
        }
        let reach = try subject.liftRefusal().map { "not lifted, as \($0.message)" } ?? "lifted, it runs at any size"
        let held = baked.isEmpty ? "" : ", which \(baked.summary) \(baked.isSingle ? "holds" : "hold")"
        return [Finding(name, .passed, "made for \(picture.shape)\(held); \(reach)", details: details)]
    }

    /// Masks that belong to pictures of another size.
    private func masks(_ subject: Subject, _ picture: Tensor, followsInput: Bool) throws -> [Finding] {
        let (height, width) = (picture.shape[2], picture.shape[3])
        var findings: [Finding] = []
        for value in subject.graph.values {
            guard let size = value.constant.flatMap({ RegionMask($0) }) else { continue }
            let fits = size.height >= height && size.width >= width
            guard followsInput || !fits else { continue }
            findings.append(
                Finding(
                    name, .failed, layer: subject.layer(ofConstant: value),
                    "'\(value.name)' is the mask for pictures of \(size.height)×\(size.width), the input "
                        + (followsInput ? "declares any size" : "is \(height)×\(width)")))
        }
        return findings
    }

    private func batch(_ subject: Subject, _ picture: Tensor) -> [Finding] {
        refusal(subject, at: [2] + picture.shape.dimensions.dropFirst(), what: "any batch")
    }

    private func otherSizes(_ subject: Subject, _ picture: Tensor, _ isFree: [Bool]) -> [Finding] {
        var dimensions = picture.shape.dimensions
        for axis in 2...3 where isFree[axis] { dimensions[axis] *= 2 }
        return refusal(subject, at: dimensions, what: "any size")
    }

    /// The node that does not take the inputs that are declared.
    private func refusal(_ subject: Subject, at dimensions: [Int], what: String) -> [Finding] {
        do {
            let input = ValueFact(type: try TensorType(.float32, dimensions))
            _ = try TypeInference.run(subject.graph, inputs: [input])
            return []
        } catch let error as NodeError {
            let constants = error.node.inputs.compactMap { $0 }.filter { subject.graph[$0].constant != nil }
            let baked = constants.map { "constant '\(subject.graph[$0].name)'" }
            return [
                Finding(
                    name, .failed, layer: subject.layer(of: error.node),
                    "the input declares \(what), and \(dimensions) is refused: \(error)", details: baked)
            ]
        } catch {
            return [Finding(name, .failed, "the input declares \(what), and \(dimensions) is refused: \(error)")]
        }
    }
}
