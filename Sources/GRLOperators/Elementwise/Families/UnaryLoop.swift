import GRLGraph
import GRLTensor

/// A function from an element to an element.
protocol ElementFunction {
    associatedtype Input: TensorElement
    associatedtype Output: TensorElement
    func value(at x: Input) -> Output
}

/// The loop over the elements of a node's first input.
struct UnaryLoop {
    private let input: Tensor
    private let output: Tensor
    private let executor: any ParallelExecutor

    /// - Throws: `ARITY` when there is no input, and memory errors.
    init(_ context: inout EvaluationContext, _ outputType: TensorType, _ computation: Computation) throws {
        self.init(
            input: try context.input(0), output: try context.allocate(outputType, over: 0..<1, computation),
            executor: context.executor(computation))
    }

    /// - Parameter output: of the input's element count; may be on the input's memory where the types agree.
    init(input: Tensor, output: Tensor, executor: any ParallelExecutor) {
        self.input = input
        self.output = output
        self.executor = executor
    }

    /// The function's values at all elements.
    ///
    /// - Throws: `DTYPE` when the tensors hold other types than the function takes and gives.
    func run<Function: ElementFunction>(_ function: Function) throws -> Tensor {
        try withPointers(Function.Input.self, Function.Output.self) { x, y in
            executor.forEachRange(of: output.count, grain: Computation.grain) { range in
                for index in range { y[index] = function.value(at: x[index]) }
            }
        }
    }

    /// The kernel's values at all elements of a float32 tensor.
    ///
    /// - Throws: `DTYPE` for tensors of other types.
    func run(_ kernel: UnaryKernel) throws -> Tensor {
        try withPointers(Float.self, Float.self) { x, y in
            executor.forEachRange(of: output.count, grain: Computation.grain) { range in
                kernel.function(x + range.lowerBound, y + range.lowerBound, range.count, kernel.a, kernel.b)
            }
        }
    }

    private func withPointers<Input: TensorElement, Output: TensorElement>(
        _: Input.Type, _: Output.Type, _ body: (UnsafePointer<Input>, UnsafeMutablePointer<Output>) -> Void
    ) throws -> Tensor {
        try input.withElements(of: Input.self) { x in
            try output.withMutableElements(of: Output.self) { y in
                if let x = x.baseAddress, let y = y.baseAddress { body(x, y) }
            }
        }
        return output
    }
}
