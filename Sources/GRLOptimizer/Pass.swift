package import GRLGraph

/// A rewriting of graphs that keeps what they compute.
package protocol Pass: Sendable {
    /// The pass in a few words, as shown in the log.
    var name: String { get }

    /// Rewrites `graph`, which is well-formed and stays so; says in `log` what it did and what it declined.
    ///
    /// - Throws: an ``OptimizationError`` when the graph itself is wrong, for example a constant node that fails.
    func run(on graph: inout Graph, log: inout OptimizationLog) throws
}
