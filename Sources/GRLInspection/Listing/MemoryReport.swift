package import GRLGraph
package import GRLRuntime
import GRLTensor

/// Where the values of a network live while it runs on an image of one size, for reports.
package struct MemoryReport: Sendable, Encodable {
    package struct Buffer: Sendable, Encodable {
        /// Where it starts in the arena; nil where it lies outside.
        package let offset: Int?
        package let bytes: Int
        /// In the order in which they come.
        package let values: [Tenant]
    }

    package struct Tenant: Sendable, Encodable {
        package let name: String
        package let type: String
        /// The operator that computes it.
        package let `operator`: String
        /// The step that computes it.
        package let firstStep: Int
        /// The last step that reads it; `stepCount` for a result of the network.
        package let lastStep: Int
        /// `fresh`, `view` or `overwrites`.
        package let use: String
        /// The value that it is a view of, or that it is written over.
        package let of: String?
    }

    package let height: Int
    package let width: Int
    /// Bytes of arena, results and working space; nil where they depend on data.
    package let peakBytes: Int?
    package let arenaBytes: Int
    /// Bytes of the arena that are in use at the worst step.
    package let liveBytes: Int
    package let resultBytes: Int
    /// Bytes of working space at the worst step.
    package let scratchBytes: Int
    package let stepCount: Int
    package let buffers: [Buffer]

    /// - Parameters:
    ///   - plan: the plan at this size.
    ///   - graph: the graph that was planned.
    package init(_ plan: MemoryPlan, graph: Graph, height: Int, width: Int) {
        self.height = height
        self.width = width
        peakBytes = plan.peakBytes
        arenaBytes = plan.arenaBytes
        liveBytes = plan.liveBytes
        resultBytes = plan.resultBytes
        scratchBytes = plan.scratchBytes
        stepCount = plan.stepCount
        buffers = plan.buffers.map { buffer in
            Buffer(
                offset: buffer.offset, bytes: buffer.byteCount,
                values: buffer.tenants.map { Self.tenant($0, graph) })
        }
    }

    private static func tenant(_ tenant: MemoryPlan.Tenant, _ graph: Graph) -> Tenant {
        let (use, source): (String, ValueID?) =
            switch tenant.use {
            case .fresh: ("fresh", nil)
            case .view(let source): ("view", source)
            case .overwrites(let source): ("overwrites", source)
            }
        return Tenant(
            name: tenant.name, type: "\(tenant.type)",
            operator: graph.producer(of: tenant.value)?.operation.spec.name ?? "", firstStep: tenant.steps.lowerBound,
            lastStep: tenant.steps.upperBound, use: use, of: source.map { graph[$0].name })
    }
}
