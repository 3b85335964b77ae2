package import GRLGraph

/// A model as it stands in its file: the graph, and what the file says about itself.
package struct ImportedModel: Sendable {
    package let graph: Graph
    package let irVersion: Int
    /// The opset version of each domain; the standard domain is the empty string.
    package let opsets: [String: Int]
    package let producerName: String
    package let producerVersion: String
    /// Bytes of the tensors that lie in other files.
    package let externalByteCount: Int

    package var metadata: [String: String] { graph.metadata }
}
