import COnnxProto
import GRLGraph

/// Makes attribute values of AttributeProto messages.
struct AttributeImporter {
    let tensors: TensorImporter
    /// Imports a graph attribute.
    let subgraph: (UnsafePointer<Onnx__GraphProto>) throws -> Subgraph

    /// The attributes by name, made in the order of their names, so that what subgraphs capture does not depend on the
    /// file's order. Those that refer to a function's attribute have its value, or are left out with it.
    ///
    /// - Parameter arguments: the attributes of the function around; nil outside of functions.
    /// - Throws: an ``ImportError``.
    func attributes(
        _ protos: [UnsafePointer<Onnx__AttributeProto>], arguments: [String: AttributeValue]?
    ) throws -> [String: AttributeValue] {
        var result: [String: AttributeValue] = [:]
        var seen: Set<String> = []
        let named = protos.map { (name: text($0.pointee.name), proto: $0) }.sorted { $0.name < $1.name }
        for (name, proto) in named {
            guard !name.isEmpty, seen.insert(name).inserted else {
                throw ImportError(.attributeType, "the attribute '\(Printable.name(name))' has no name or comes twice")
            }
            let reference = text(proto.pointee.ref_attr_name)
            guard !reference.isEmpty else {
                result[name] = try value(proto.pointee, name)
                continue
            }
            guard let arguments else {
                throw ImportError(
                    .attributeType, "attribute \(Printable.name(name)) refers to a function's attribute, outside of any"
                )
            }
            result[name] = arguments[reference]
        }
        return result
    }

    private func value(_ proto: Onnx__AttributeProto, _ name: String) throws -> AttributeValue {
        let carriers = Self.carriers(proto)
        let type = proto.type
        guard proto.has_type != 0, let kind = Self.kinds[type.rawValue] else {
            throw ImportError(
                .attributeType, "attribute \(Printable.name(name)) is of type \(type.rawValue), which does not exist")
        }
        guard carriers.allSatisfy({ $0 == type.rawValue }) else {
            throw ImportError(
                .attributeType, "attribute \(Printable.name(name)) says that it is \(kind) and holds something else")
        }
        switch type {
        case ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__INT: return .int(Int(proto.i))
        case ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__FLOAT: return .float(proto.f)
        case ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__STRING: return .string(try string(proto.s, name))
        case ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__INTS:
            return .ints(numbers(proto.ints, proto.n_ints).map { Int($0) })
        case ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__FLOATS: return .floats(Array(numbers(proto.floats, proto.n_floats)))
        case ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__STRINGS:
            return .strings(try numbers(proto.strings, proto.n_strings).map { try string($0, name) })
        case ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__TENSOR:
            guard let tensor = proto.t else { break }
            do {
                return .tensor(try tensors.tensor(UnsafePointer(tensor)))
            } catch {
                throw ImportError(error, value: name)
            }
        case ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__GRAPH:
            guard let graph = proto.g else { break }
            return .graph(try subgraph(UnsafePointer(graph)))
        case ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__SPARSE_TENSOR,
            ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__SPARSE_TENSORS:
            throw ImportError(.sparse, "attribute \(Printable.name(name)) is sparse, which is not supported")
        default:
            throw ImportError(.unsupported, "attribute \(Printable.name(name)) is \(kind), which is not supported")
        }
        throw ImportError(.attributeType, "attribute \(Printable.name(name)) has no value")
    }

    private func string(_ data: ProtobufCBinaryData, _ name: String) throws -> String {
        guard let string = String(validating: bytes(data), as: UTF8.self) else {
            throw ImportError(.attributeType, "attribute \(Printable.name(name)) is no text in UTF-8")
        }
        return string
    }

    private static let kinds: [UInt32: String] = [
        1: "a float", 2: "an int", 3: "a string", 4: "a tensor", 5: "a graph", 6: "a list of floats",
        7: "a list of ints", 8: "a list of strings", 9: "a list of tensors", 10: "a list of graphs",
        11: "a sparse tensor", 12: "a list of sparse tensors", 13: "a type", 14: "a list of types",
    ]

    /// The types that the value fields which are there go with.
    private static func carriers(_ proto: Onnx__AttributeProto) -> [UInt32] {
        let present: [(Bool, UInt32)] = [
            (proto.has_f != 0, 1), (proto.has_i != 0, 2), (proto.has_s != 0, 3), (proto.t != nil, 4),
            (proto.g != nil, 5), (proto.n_floats > 0, 6), (proto.n_ints > 0, 7), (proto.n_strings > 0, 8),
            (proto.n_tensors > 0, 9), (proto.n_graphs > 0, 10), (proto.sparse_tensor != nil, 11),
            (proto.n_sparse_tensors > 0, 12), (proto.tp != nil, 13), (proto.n_type_protos > 0, 14),
        ]
        return present.filter(\.0).map(\.1)
    }
}
