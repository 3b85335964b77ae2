import GRLGraph
import GRLONNX
import GRLTensor

/// Whether other runtimes are known to refuse the file, by their own documentation (`RuntimeSupport`).
package struct RuntimesCheck: Check {
    package let name = "runtimes"

    package init() {}

    package func run(on subject: Subject) throws -> [Finding] {
        let survey = try subject.survey()
        let opset = subject.imported.opsets[OperatorSpec.onnxDomain] ?? 0
        let types = Set(subject.graph.values.compactMap { $0.constant?.elementType ?? $0.declaration.elementType })
        return RuntimeSupport.all.map { runtime in
            var reasons: [String] = []
            if !runtime.opsets.contains(opset) {
                reasons.append("opset \(opset) is outside \(runtime.opsets.lowerBound) to \(runtime.opsets.upperBound)")
            }
            if subject.imported.irVersion > runtime.newestIR {
                reasons.append("IR version \(subject.imported.irVersion) is newer than \(runtime.newestIR)")
            }
            let refused = survey.operators.keys.filter { runtime.refusedOperators.contains($0) }.sorted()
            if !refused.isEmpty { reasons.append("no \(refused.joined(separator: ", "))") }
            let custom = survey.operators.keys.filter { $0.contains(".") && !$0.hasPrefix("grl.") }.sorted()
            if !custom.isEmpty { reasons.append("operators outside the standard: \(custom.joined(separator: ", "))") }
            let unknown = types.filter { runtime.refusedTypes.contains($0) }.map(\.rawValue).sorted()
            if !unknown.isEmpty { reasons.append("no \(unknown.joined(separator: ", "))") }
            return Finding(
                "\(name).\(runtime.id)", reasons.isEmpty ? .passed : .warned,
                reasons.isEmpty
                    ? "\(runtime.title): nothing that it is known to refuse"
                    : "\(runtime.title): \(reasons.joined(separator: "; "))")
        }
    }
}
