package import GRLTensor
import Synchronization

/// The memory that was planned for the outputs of a node, each to be taken once.
package final class PlannedOutputs: Sendable {
    private let tensors: Mutex<[Tensor?]>

    /// - Parameter tensors: of undefined contents, one for each output; nil where nothing was planned.
    package init(_ tensors: [Tensor?]) {
        self.tensors = Mutex(tensors)
    }

    /// The memory of the first output of this type that was not taken yet.
    package func take(_ elementType: ElementType, _ shape: Shape) -> Tensor? {
        tensors.withLock { tensors in
            for index in tensors.indices {
                guard let tensor = tensors[index], tensor.elementType == elementType, tensor.shape == shape else {
                    continue
                }
                tensors[index] = nil
                return tensor
            }
            return nil
        }
    }

    /// The memory of output `index`, unless it was taken.
    package func take(output index: Int) -> Tensor? {
        tensors.withLock { tensors in
            guard tensors.indices.contains(index) else { return nil }
            defer { tensors[index] = nil }
            return tensors[index]
        }
    }
}
