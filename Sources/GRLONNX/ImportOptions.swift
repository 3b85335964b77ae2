package import GRLTensor

/// How a model is imported, and what it may ask for.
package struct ImportOptions: Sendable {
    /// Nodes of the graph, its subgraphs included, once functions are inlined.
    package var maximumNodes = 200_000
    /// How deep functions may call one another.
    package var maximumFunctionDepth = 100
    /// How deep subgraphs may be nested.
    package var maximumSubgraphDepth = 32
    /// The largest model file in bytes; never more than 2 GiB − 1, the format's own limit.
    package var maximumFileBytes = Int(Int32.max)
    /// Where the model's tensors live.
    package var allocator: TensorAllocator

    package init(allocator: TensorAllocator = Tensor.sharedAllocator) {
        self.allocator = allocator
    }
}
