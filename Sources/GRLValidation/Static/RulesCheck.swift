import GRLGraph
import GRLONNX
import GRLTensor

/// Whether the file keeps the rules of ONNX's checker: types, arity, operator sets, single assignment, names. Most of
/// them are asked of every file that is read here; these are the others.
package struct RulesCheck: Check {
    package let name = "onnx"

    package init() {}

    package func run(on subject: Subject) throws -> [Finding] {
        let survey = try subject.survey()
        var findings = survey.defects.map { defect in
            Finding(
                name, .failed, layer: defect.node.flatMap { subject.layer(ofNodeNamed: $0) },
                defect.message + (defect.node.map { ", at node '\(Printable.name($0))'" } ?? ""))
        }
        for node in subject.graph.nodes {
            guard let operation = node.operation as? UnsupportedOperator, !operation.domain.isEmpty else { continue }
            findings.append(
                Finding(
                    name, .warned, layer: subject.layer(of: node),
                    "'\(node.name)' applies \(operation.domain).\(operation.name), which the standard does not have"))
        }
        guard findings.isEmpty else { return findings }
        let opset = subject.imported.opsets[OperatorSpec.onnxDomain].map { "opset \($0), " } ?? ""
        let nodes = survey.operators.values.reduce(0, +)
        return [
            Finding(
                name, .passed,
                "\(opset)IR version \(subject.imported.irVersion); the rules hold for \(counted(nodes, "node")) of "
                    + counted(survey.operators.count, "operator"), values: ["nodes": Double(nodes)])
        ]
    }
}
