import GRLGraph
import GRLTensor

extension Graph {
    /// Checks tensors against what the graph declares of its inputs; the same dimension name means the same size.
    ///
    /// - Throws: a ``RunError`` with the code `INPUT`.
    func check(inputs types: [TensorType]) throws {
        guard types.count == inputs.count else {
            throw RunError(
                code: "INPUT", message: "the model has \(inputs.count) inputs, \(types.count) tensors were given")
        }
        var sizes: [String: Int] = [:]
        for (id, type) in zip(inputs, types) {
            let value = self[id]
            let matches = value.declaration.accepts(type, sizes: &sizes)
            guard matches else {
                throw RunError(
                    code: "INPUT", message: "input '\(value.name)' is \(type), the model expects \(value.declaration)")
            }
        }
    }
}

extension ValueDeclaration {
    fileprivate func accepts(_ type: TensorType, sizes: inout [String: Int]) -> Bool {
        if let elementType, elementType != type.elementType { return false }
        guard let dimensions else { return true }
        guard dimensions.count == type.shape.rank else { return false }
        for (dimension, size) in zip(dimensions, type.shape.dimensions) {
            switch dimension {
            case .fixed(let expected): if expected != size { return false }
            case .symbolic(let name): if sizes.updateValue(size, forKey: name) ?? size != size { return false }
            case .unknown: continue
            }
        }
        return true
    }
}
