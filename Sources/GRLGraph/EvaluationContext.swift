package import GRLTensor

/// A node's inputs and what it needs to compute: memory, threads, and the way to run a subgraph.
package struct EvaluationContext {
    /// Runs a graph on its inputs; returns its outputs.
    package typealias SubgraphRunner = (Graph, [Tensor?]) throws -> [Tensor]

    private let tensors: [Tensor?]
    private var reusable: [Bool]
    private let planned: PlannedOutputs?
    /// Where working space is allocated, and outputs for which no memory was planned.
    package let allocator: TensorAllocator
    /// Where independent parts of the work run.
    package let executor: any ParallelExecutor
    /// The number of outputs the node has.
    package let outputCount: Int
    /// Runs a subgraph of the node.
    package let runSubgraph: SubgraphRunner

    /// - Parameters:
    ///   - inputs: nil for an input that is left out.
    ///   - reusable: which inputs are read here for the last time and share their memory with nobody, so that an
    ///     output may overwrite them.
    ///   - planned: memory for outputs that is there already.
    package init(
        inputs: [Tensor?], reusable: [Bool] = [], outputCount: Int = 1, planned: PlannedOutputs? = nil,
        allocator: TensorAllocator = Tensor.sharedAllocator, executor: any ParallelExecutor = InlineExecutor(),
        runSubgraph: @escaping SubgraphRunner = { _, _ in
            throw OperatorError(.unsupported, "subgraphs cannot run here")
        }
    ) {
        tensors = inputs
        self.reusable = reusable
        self.outputCount = outputCount
        self.planned = planned
        self.allocator = allocator
        self.executor = executor
        self.runSubgraph = runSubgraph
    }

    /// The number of inputs, those left out counted.
    package var inputCount: Int { tensors.count }

    /// All inputs; nil where one is left out.
    package var inputs: [Tensor?] { tensors }

    /// An input that may be left out.
    package func optionalInput(_ index: Int) -> Tensor? { tensors.indices.contains(index) ? tensors[index] : nil }

    /// A required input.
    ///
    /// - Throws: `ARITY` when it is left out.
    package func input(_ index: Int) throws -> Tensor {
        guard let tensor = optionalInput(index) else { throw OperatorError(.arity, "input \(index) is missing") }
        return tensor
    }

    /// The context that type inference would see of these inputs.
    package var inferenceContext: InferenceContext {
        InferenceContext(types: tensors.map { $0?.type }, constants: tensors, outputCount: outputCount)
    }

    /// An output of undefined contents.
    ///
    /// - Throws: memory errors.
    package func allocate(_ elementType: ElementType, _ shape: Shape) throws -> Tensor {
        if let tensor = planned?.take(elementType, shape) { return tensor }
        return try Tensor(uninitialized: elementType, shape: shape, allocator: allocator)
    }

    /// An output of undefined contents.
    ///
    /// - Throws: memory errors.
    package func allocate(_ type: TensorType) throws -> Tensor { try allocate(type.elementType, type.shape) }

    /// Whether an output may overwrite input `index`: nobody else reads it from here on.
    package func mayReuse(input index: Int) -> Bool { reusable.indices.contains(index) && reusable[index] }

    /// An output that overwrites input `index` where that input is nobody else's and has the output's byte count;
    /// otherwise fresh memory. For operators that read each element before they write it, at the same place.
    ///
    /// - Throws: memory errors.
    package mutating func allocate(_ type: TensorType, reusingInput index: Int) throws -> Tensor {
        if mayReuse(input: index), let tensor = tensors[index],
            tensor.byteCount == type.byteCount,
            let reused = tensor.reusingMemory(for: type.elementType, shape: type.shape)
        {
            reusable[index] = false
            return reused
        }
        return try allocate(type)
    }
}
