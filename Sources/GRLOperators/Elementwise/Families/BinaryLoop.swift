import CKernels
import GRLGraph
import GRLTensor

/// A function from two elements to one.
protocol PairFunction {
    associatedtype First: TensorElement
    associatedtype Second: TensorElement
    associatedtype Output: TensorElement
    func value(_ a: First, _ b: Second) -> Output
}

/// The loop over the elements of two tensors that are broadcast to a common shape.
struct BinaryLoop {
    let first: Tensor
    let second: Tensor
    /// Filled by the loop; may be on the memory of an operand of its shape.
    let output: Tensor
    let computation: Computation
    let executor: any ParallelExecutor

    /// The loop over the first two inputs of a node.
    ///
    /// - Throws: `ARITY` when an input is missing, and memory errors.
    init(_ context: inout EvaluationContext, _ outputType: TensorType, _ computation: Computation) throws {
        self.init(
            first: try context.input(0), second: try context.input(1),
            output: try context.allocate(outputType, over: 0..<2, computation), computation: computation,
            executor: context.executor(computation))
    }

    init(
        first: Tensor, second: Tensor, output: Tensor, computation: Computation, executor: any ParallelExecutor
    ) {
        self.first = first
        self.second = second
        self.output = output
        self.computation = computation
        self.executor = executor
    }

    /// The function's values at all pairs.
    ///
    /// - Throws: `DTYPE` when the tensors hold other types than the function takes and gives.
    func run<Function: PairFunction>(_ function: Function) throws -> Tensor {
        try withPointers(Function.First.self, Function.Second.self, Function.Output.self) { a, b, y in
            switch computation {
            case .plain: runPlain(function, a, b, y)
            case .fast: runRows(function, a, b, y)
            }
        }
    }

    /// The kernel's values at all pairs of float32 elements.
    ///
    /// - Throws: `DTYPE` for tensors of other types.
    func run(_ kernels: grl_binary_kernels) throws -> Tensor {
        let broadcast = Broadcast([first.shape, second.shape], to: output.shape)
        let kernel =
            switch (broadcast.rowSteps[0], broadcast.rowSteps[1]) {
            case (_, 0): kernels.vector_scalar
            case (0, _): kernels.scalar_vector
            default: kernels.vector_vector
            }
        return try withPointers(Float.self, Float.self, Float.self) { a, b, y in
            broadcast.forEachRow(on: executor) { position, offsets, length in
                kernel(a + offsets[0], b + offsets[1], y + position, length)
            }
        }
    }

    private func runPlain<Function: PairFunction>(
        _ function: Function, _ a: UnsafePointer<Function.First>, _ b: UnsafePointer<Function.Second>,
        _ y: UnsafeMutablePointer<Function.Output>
    ) {
        let indices = BroadcastIndices([first.shape, second.shape], to: output.shape)
        for index in 0..<output.count {
            y[index] = function.value(a[indices.offset(of: 0, at: index)], b[indices.offset(of: 1, at: index)])
        }
    }

    private func runRows<Function: PairFunction>(
        _ function: Function, _ a: UnsafePointer<Function.First>, _ b: UnsafePointer<Function.Second>,
        _ y: UnsafeMutablePointer<Function.Output>
    ) {
        let broadcast = Broadcast([first.shape, second.shape], to: output.shape)
        let (stepA, stepB) = (broadcast.rowSteps[0], broadcast.rowSteps[1])
        broadcast.forEachRow(on: executor) { position, offsets, length in
            let (a, b, y) = (a + offsets[0], b + offsets[1], y + position)
            switch (stepA, stepB) {
            case (_, 0):
                let b = b[0]
                for index in 0..<length { y[index] = function.value(a[index], b) }
            case (0, _):
                let a = a[0]
                for index in 0..<length { y[index] = function.value(a, b[index]) }
            default:
                for index in 0..<length { y[index] = function.value(a[index], b[index]) }
            }
        }
    }

    private func withPointers<A: TensorElement, B: TensorElement, Y: TensorElement>(
        _: A.Type, _: B.Type, _: Y.Type,
        _ body: (UnsafePointer<A>, UnsafePointer<B>, UnsafeMutablePointer<Y>) -> Void
    ) throws -> Tensor {
        try first.withElements(of: A.self) { a in
            try second.withElements(of: B.self) { b in
                try output.withMutableElements(of: Y.self) { y in
                    if let a = a.baseAddress, let b = b.baseAddress, let y = y.baseAddress { body(a, b, y) }
                }
            }
        }
        return output
    }
}
