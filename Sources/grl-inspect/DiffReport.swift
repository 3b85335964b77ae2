import GRLInspection
import GRLTools

/// The report of `grl-inspect diff --json`, described in Docs/inspect-diff.md.
struct DiffReport: Encodable, Sendable {
    let format = "grl-inspect-diff/2"
    let version = toolVersion
    var comparison: Part?
    var error: ErrorReport?
    var exitCode: Int32 = 0

    struct ModelPart: Encodable, Sendable {
        let path: String
        /// Inputs and outputs as the file declares them.
        let interface: [String]
        let operators: Int
        /// Parameters that the file holds.
        let parameters: Int
        /// What the network is; left out where it is not recognised.
        let network: NetworkDescription?
        /// Why the network is not free of the size of its export.
        let refusal: String?
    }

    struct WeightPart: Encodable, Sendable {
        let a: String
        let b: String
        let elements: Int
        /// max |Δ|; left out where it is infinite.
        let maximum: Double?
        /// ‖Δ‖₂ / ‖a‖₂; left out where it is infinite.
        let relative: Double?
        let agrees: Bool
    }

    struct OperatorPart: Encodable, Sendable {
        let name: String
        let signature: String

        init(_ compared: ComparedOperator) {
            name = compared.name
            signature = compared.signature
        }
    }

    struct RowPart: Encodable, Sendable {
        /// Left out where the operator stands in one model alone.
        let a: OperatorPart?
        let b: OperatorPart?
        let alike: Bool
        let weights: [WeightPart]
    }

    struct Part: Encodable, Sendable {
        /// `same`, `otherWeights` or `different`.
        let verdict: String
        /// Whether the networks are compared free of the sizes of their exports.
        let lifted: Bool
        let a: ModelPart
        let b: ModelPart
        /// Of weights of operators that are alike; left out where infinite.
        let maximum: Double?
        let relative: Double?
        /// Where the descriptions of the networks differ.
        let fields: [ModelDifference.Field]
        let rows: [RowPart]

        init(_ difference: ModelDifference, _ models: [ComparedModel], _ paths: [String]) {
            func model(_ index: Int, _ operators: [ComparedOperator]) -> ModelPart {
                ModelPart(
                    path: paths[index], interface: models[index].interface, operators: operators.count,
                    parameters: models[index].parameters, network: models[index].network,
                    refusal: models[index].refusal)
            }
            verdict = difference.verdict.rawValue
            lifted = difference.isLifted
            a = model(0, difference.rows.compactMap(\.a))
            b = model(1, difference.rows.compactMap(\.b))
            maximum = difference.maximum.isFinite ? difference.maximum : nil
            relative = difference.relative.isFinite ? difference.relative : nil
            fields = difference.fields
            rows = difference.rows.map { row in
                RowPart(
                    a: row.a.map(OperatorPart.init), b: row.b.map(OperatorPart.init), alike: row.isAlike,
                    weights: row.weights.map { weight in
                        WeightPart(
                            a: weight.names[0], b: weight.names[1], elements: weight.count,
                            maximum: weight.maximum.isFinite ? weight.maximum : nil,
                            relative: weight.relative.isFinite ? weight.relative : nil, agrees: weight.agrees)
                    })
            }
        }
    }
}
