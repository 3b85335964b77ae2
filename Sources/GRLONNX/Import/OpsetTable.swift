import COnnxProto
import GRLGraph
import GRLOperators

/// The operator sets that a model or a function speaks.
struct OpsetTable {
    /// The oldest version of the standard operators that is read.
    static let oldest = 7

    /// Versions by domain; the standard domain is the empty string.
    private(set) var versions: [String: Int] = [:]

    /// - Throws: `MODEL_HEADER` for senseless tables, `OPSET_UNSUPPORTED` for versions out of reach.
    init(_ entries: [UnsafePointer<Onnx__OperatorSetIdProto>]) throws {
        guard !entries.isEmpty else { throw ImportError(.modelHeader, "no operator set is imported") }
        for entry in entries {
            let domain = Self.normalized(text(entry.pointee.domain))
            let version = Int(entry.pointee.version)
            let shown = domain.isEmpty ? "ai.onnx" : Printable.name(domain)
            guard version >= 1 else {
                throw ImportError(.modelHeader, "version \(version) of the operator set \(shown) does not exist")
            }
            if domain == OperatorSpec.onnxDomain, !(Self.oldest...OperatorRegistry.newestOpset).contains(version) {
                throw ImportError(
                    .opsetUnsupported,
                    "opset \(version) is not supported: export with one of \(Self.oldest) to "
                        + "\(OperatorRegistry.newestOpset)")
            }
            guard versions.updateValue(version, forKey: domain) == nil else {
                throw ImportError(.modelHeader, "the operator set \(shown) is imported twice")
            }
        }
    }

    /// The version of a domain's operators.
    ///
    /// - Throws: `MODEL_HEADER` when the standard domain is not imported; of other domains, which nobody here knows,
    ///   the version is then 1.
    func version(of domain: String) throws -> Int {
        if let version = versions[domain] { return version }
        guard domain != OperatorSpec.onnxDomain else {
            throw ImportError(.modelHeader, "the standard operator set is used and not imported")
        }
        return 1
    }

    /// The domain by its shortest name: the standard one has two.
    static func normalized(_ domain: String) -> String {
        domain == "ai.onnx" ? OperatorSpec.onnxDomain : domain
    }
}
