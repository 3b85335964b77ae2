package import GRLTensor

/// What the elements of a constant are like.
package struct ConstantStatistics: Sendable, Hashable {
    /// The smallest and the largest element that is a number; nil where there is none.
    package private(set) var minimum: Double?
    package private(set) var maximum: Double?
    /// The mean of the elements that are finite; nil where there is none.
    package private(set) var mean: Double?
    package private(set) var nanCount = 0
    package private(set) var infiniteCount = 0
    package private(set) var zeroCount = 0
    package let count: Int

    package init(_ tensor: Tensor) {
        count = tensor.count
        do {
            switch tensor.elementType {
            case .float32: try collect(tensor, Float.self) { Double($0) }
            case .float64: try collect(tensor, Double.self) { $0 }
            case .float16: try collect(tensor, Float16.self) { Double($0) }
            case .bfloat16: try collect(tensor, BFloat16.self) { Double($0.float) }
            case .int8: try collect(tensor, Int8.self) { Double($0) }
            case .int16: try collect(tensor, Int16.self) { Double($0) }
            case .int32: try collect(tensor, Int32.self) { Double($0) }
            case .int64: try collect(tensor, Int64.self) { Double($0) }
            case .uint8: try collect(tensor, UInt8.self) { Double($0) }
            case .uint16: try collect(tensor, UInt16.self) { Double($0) }
            case .uint32: try collect(tensor, UInt32.self) { Double($0) }
            case .uint64: try collect(tensor, UInt64.self) { Double($0) }
            case .bool: try collect(tensor, Bool.self) { $0 ? 1 : 0 }
            case .int4: try collect(tensor, Int4.self) { Double($0.value) }
            case .uint4: try collect(tensor, UInt4.self) { Double($0.value) }
            }
        } catch {
            // Each case asks for the type that the tensor has.
        }
    }

    /// The share of the elements that are zero, from 0 to 1.
    package var sparsity: Double { count == 0 ? 0 : Double(zeroCount) / Double(count) }

    private mutating func collect<Element: TensorElement>(
        _ tensor: Tensor, _ type: Element.Type, _ number: (Element) -> Double
    ) throws {
        try tensor.withElements(of: type) { elements in
            var (least, most, sum) = (Double.infinity, -Double.infinity, 0.0)
            var (nans, infinities, zeros) = (0, 0, 0)
            for element in elements {
                let value = number(element)
                if value.isFinite {
                    sum += value
                    if value == 0 { zeros += 1 }
                } else if value.isNaN {
                    nans += 1
                    continue
                } else {
                    infinities += 1
                }
                if value < least { least = value }
                if value > most { most = value }
            }
            (nanCount, infiniteCount, zeroCount) = (nans, infinities, zeros)
            let finite = elements.count - nans - infinities
            if least <= most { (minimum, maximum) = (least, most) }
            if finite > 0 { mean = sum / Double(finite) }
        }
    }
}

extension ConstantStatistics: CustomStringConvertible {
    /// For example `min -0.2, max 0.3, mean 0.01, 0 NaN, 0.0 % zero`.
    package var description: String {
        func text(_ number: Double?) -> String { number.map { "\(Float($0))" } ?? "none" }
        let infinite = infiniteCount > 0 ? ", \(infiniteCount) infinite" : ""
        return "min \(text(minimum)), max \(text(maximum)), mean \(text(mean)), \(nanCount) NaN\(infinite), "
            + "\(Quantity.percent(sparsity)) zero"
    }
}

extension ConstantStatistics: Encodable {
    private enum Member: String, CodingKey {
        case minimum, maximum, mean, nanCount, infiniteCount, zeroCount, sparsity, count
    }

    /// Infinite extremes are left out, as JSON does not have them; `infiniteCount` tells of them.
    package func encode(to encoder: any Encoder) throws {
        var members = encoder.container(keyedBy: Member.self)
        for (member, number) in [(Member.minimum, minimum), (.maximum, maximum), (.mean, mean)] {
            if let number, number.isFinite { try members.encode(number, forKey: member) }
        }
        for (member, number) in [
            (Member.nanCount, nanCount), (.infiniteCount, infiniteCount), (.zeroCount, zeroCount), (.count, count),
        ] {
            try members.encode(number, forKey: member)
        }
        try members.encode(sparsity, forKey: .sparsity)
    }
}
