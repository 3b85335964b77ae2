import Foundation
import GRLGraph
import GRLTensor

/// Collects what the stages of a page have in common, each thing once.
struct PageTables {
    /// Constants of so few elements are listed.
    private static let listedElements = 8
    /// Attributes are cut to so many characters.
    private static let attributeLength = 200

    private(set) var tables = PageData.Tables()
    private var operators: [String: Int] = [:]
    private var types: [String: Int] = [:]
    private var attributes: [[[String]]: Int] = [:]
    private var constants: [Place: Int] = [:]
    private var descriptions: [PageData.Constant: Int] = [:]

    /// Which elements a tensor has, without a look at them.
    private struct Place: Hashable {
        let storage: ObjectIdentifier
        let byteOffset: Int
        let type: TensorType
    }

    mutating func `operator`(_ name: String) -> Int { Self.index(of: name, in: &operators, &tables.operators) }

    mutating func type(_ text: String) -> Int { Self.index(of: text, in: &types, &tables.types) }

    mutating func attributes(of operation: any Operator) -> Int {
        let list = operation.attributes.sorted { $0.key < $1.key }.map { name, value in
            let text = value.summary
            return [name, text.count > Self.attributeLength ? text.prefix(Self.attributeLength) + "…" : text]
        }
        return Self.index(of: list, in: &attributes, &tables.attributes)
    }

    mutating func constant(_ tensor: Tensor) -> Int {
        let place = Place(
            storage: ObjectIdentifier(tensor.storage), byteOffset: tensor.byteOffset, type: tensor.type)
        if let known = constants[place] { return known }
        let index = Self.index(of: Self.describe(tensor), in: &descriptions, &tables.constants)
        constants[place] = index
        return index
    }

    private static func describe(_ tensor: Tensor) -> PageData.Constant {
        if tensor.count <= listedElements, let elements = listed(tensor) {
            return PageData.Constant(bytes: tensor.byteCount, sample: elements)
        }
        let statistics = ConstantStatistics(tensor)
        return PageData.Constant(
            bytes: tensor.byteCount, minimum: finite(statistics.minimum), maximum: finite(statistics.maximum),
            mean: finite(statistics.mean), nans: statistics.nanCount, zeros: statistics.sparsity)
    }

    /// The elements of the types that small constants have; nil for other types.
    private static func listed(_ tensor: Tensor) -> String? {
        switch tensor.elementType {
        case .float32: (try? tensor.elements(of: Float.self))?.description
        case .int64: (try? tensor.elements(of: Int64.self))?.description
        case .bool: (try? tensor.elements(of: Bool.self))?.description
        default: nil
        }
    }

    /// The number with more digits than are shown, and few enough for a small page. JSON has no infinities.
    private static func finite(_ number: Double?) -> Double? {
        number.flatMap { number in
            let limited = min(max(number, -Double.greatestFiniteMagnitude / 2), Double.greatestFiniteMagnitude / 2)
            return Double(String(format: "%.6g", limited))
        }
    }

    private static func index<Key: Hashable>(of key: Key, in known: inout [Key: Int], _ list: inout [Key]) -> Int {
        if let index = known[key] { return index }
        known[key] = list.count
        list.append(key)
        return list.count - 1
    }
}
