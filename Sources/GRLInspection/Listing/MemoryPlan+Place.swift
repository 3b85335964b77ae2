import GRLGraph
import GRLRuntime

extension MemoryPlan {
    /// Where a value lies, in a few words: `arena 4096+65536`, `arena 4096, view`, `arena 4096, in place`, or `result`.
    func place(of value: ValueID) -> String {
        guard let buffer = buffer(of: value), let tenant = buffer.tenants.first(where: { $0.value == value }) else {
            return unplanned.contains(value) ? "unplanned" : "of an input or a constant"
        }
        let start = buffer.offset.map { "arena \($0)" } ?? "result"
        return switch tenant.use {
        case .fresh: "\(start)+\(buffer.byteCount)"
        case .view: "\(start), view"
        case .overwrites: "\(start), in place"
        }
    }
}
