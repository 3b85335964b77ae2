import Foundation

/// The sizes of the windows that an attention's bias is made for: queries of one, keys of the other.
struct BiasGeometry: Hashable {
    /// Rows and columns of the larger window.
    let window: [Int]
    /// Rows and columns of the smaller one, the anchors'; the same where there are none.
    let anchor: [Int]

    /// Rows and columns of the table: a number for each difference of positions.
    var table: [Int] { [window[0] + anchor[0] - 1, window[1] + anchor[1] - 1] }

    /// Whether products of four sides fit.
    var isReasonable: Bool { (window + anchor).allSatisfy { (1..<1 << 15).contains($0) } }

    /// Those with a table of `rows` × `columns`, the anchors' grid being up to 8 times coarser.
    static func all(rows: Int, columns: Int) -> [BiasGeometry] {
        (1...8).compactMap { factor in
            let sides = [rows, columns].map { ($0 + 1) * factor / (factor + 1) }
            let geometry = BiasGeometry(window: sides, anchor: sides.map { $0 / factor })
            return geometry.table == [rows, columns] && geometry.anchor.allSatisfy { $0 > 0 } ? geometry : nil
        }
    }

    /// The table's log-spaced coordinates along an axis, from the most negative difference to the most positive.
    ///
    /// sign(x) · log₂(|x| + 1) / log₂ 8 with x = 8 · d / d_max, as in Swin Transformer V2 and GRL.
    func coordinates(axis: Int) -> [Double] {
        let (size, anchorSize) = (window[axis], anchor[axis])
        let center = (size - anchorSize) / 2
        let highest = size - 1 - center
        return (-(anchorSize - 1) - center...highest).map { difference in
            // A window of one pixel has the one difference 0, over 0; PyTorch computes no number there.
            let scaled = highest == 0 ? Double.nan : 8 * Double(difference) / Double(highest)
            return (scaled < 0 ? -1 : 1) * log2(abs(scaled) + 1) / 3
        }
    }

    /// Where the bias of query `query` and key `key` stands in the table.
    func tableIndex(query: Int, key: Int, queryIsAnchor: Bool) -> Int {
        let (queries, keys) = queryIsAnchor ? (anchor, window) : (window, anchor)
        let row = query / queries[1] - key / keys[1] + keys[0] - 1
        let column = query % queries[1] - key % keys[1] + keys[1] - 1
        return row * table[1] + column
    }
}

/// What an attention's position bias is computed from: a table of its own, or a small network on coordinates.
struct PositionBias {
    /// The parts of the computation that an export may hold as a constant.
    enum Stage: CaseIterable {
        /// Coordinates times the first layer's weight; with its bias; above zero.
        case product, hidden, rectified
        /// The second layer's result; its sigmoid; 16 times that.
        case raw, sigmoid, bias

        var isHidden: Bool { self == .product || self == .hidden || self == .rectified }
    }

    /// The module, for example `layers.0.blocks.0.attn.window_attn.attn_transform`.
    let module: String
    /// The numbers of the parameters.
    let parameters: [Int]
    let heads: Int
    private let table: [Float]
    private let first: [Float]
    private let firstBias: [Float]
    private let second: [Float]

    /// The width of the network's hidden layer; 0 for a table.
    var hiddenWidth: Int { firstBias.count }
    var stages: [Stage] { table.isEmpty ? Stage.allCases : [.raw] }

    /// All position biases of a state dictionary.
    static func all(in parameters: [Parameter]) -> [PositionBias] {
        let numbers = Dictionary(parameters.enumerated().map { ($1.name, $0) }) { first, _ in first }
        return parameters.enumerated().compactMap { number, parameter in
            if parameter.field == "relative_position_bias_table", parameter.dimensions.count == 2 {
                return PositionBias(
                    module: parameter.module, parameters: [number], heads: parameter.dimensions[1],
                    table: parameter.values, first: [], firstBias: [], second: [])
            }
            guard parameter.name.hasSuffix(".cpb_mlp.0.weight"), parameter.dimensions.count == 2,
                parameter.dimensions[1] == 2
            else { return nil }
            let module = String(parameter.name.dropLast(".cpb_mlp.0.weight".count))
            guard let bias = numbers["\(module).cpb_mlp.0.bias"], let second = numbers["\(module).cpb_mlp.2.weight"],
                parameters[bias].values.count == parameter.rows, parameters[second].columns == parameter.rows
            else { return nil }
            return PositionBias(
                module: module, parameters: [number, bias, second], heads: parameters[second].rows, table: [],
                first: parameter.values, firstBias: parameters[bias].values, second: parameters[second].values)
        }
    }

    /// Whether the bias can be one of these sizes.
    func fits(_ geometry: BiasGeometry) -> Bool {
        table.isEmpty || table.count == geometry.table[0] * geometry.table[1] * heads
    }

    /// One number of a stage before the biases are gathered, and how far `float32` may be from it.
    ///
    /// Roundings of a sum of n products add up like the square root of n; four times that is allowed.
    ///
    /// - Parameters:
    ///   - index: the row of the table, from 0 until the product of its sides.
    ///   - unit: the head, or the hidden unit of the stages that have those.
    func value(_ stage: Stage, _ geometry: BiasGeometry, index: Int, unit: Int) -> (value: Double, bound: Double) {
        guard table.isEmpty else { return (Double(table[index * heads + unit]), 0) }
        let coordinates = (
            geometry.coordinates(axis: 0)[index / geometry.table[1]],
            geometry.coordinates(axis: 1)[index % geometry.table[1]]
        )
        return value(stage, coordinates, unit: unit)
    }

    /// All numbers of a stage, `[table rows, units]`.
    func values(_ stage: Stage, _ geometry: BiasGeometry) -> [(value: Double, bound: Double)] {
        let rows = table.isEmpty ? geometry.coordinates(axis: 0) : []
        let columns = table.isEmpty ? geometry.coordinates(axis: 1) : []
        let units = stage.isHidden ? hiddenWidth : heads
        guard table.isEmpty else { return table.map { (Double($0), 0) } }
        return rows.flatMap { row in
            columns.flatMap { column in (0..<units).map { value(stage, (row, column), unit: $0) } }
        }
    }

    private func value(
        _ stage: Stage, _ coordinates: (Double, Double), unit: Int
    ) -> (value: Double, bound: Double) {
        if stage.isHidden {
            let hidden = hidden(coordinates, unit: unit)
            switch stage {
            case .product: return (hidden.product, hidden.bound)
            case .hidden: return (hidden.sum, hidden.bound)
            default: return (max(hidden.sum, 0), hidden.bound)
            }
        }
        var (sum, magnitude, error) = (0.0, 0.0, 0.0)
        for index in 0..<hiddenWidth {
            let hidden = hidden(coordinates, unit: index)
            let weight = Double(second[unit * hiddenWidth + index])
            sum += weight * max(hidden.sum, 0)
            magnitude += abs(weight * hidden.sum)
            error += weight * weight * hidden.bound * hidden.bound
        }
        let bound = 4 * 0x1p-24 * magnitude * Double(hiddenWidth).squareRoot() + 4 * error.squareRoot()
        let sigmoid = 1 / (1 + exp(-sum))
        let slope = sigmoid * (1 - sigmoid)
        switch stage {
        case .sigmoid: return (sigmoid, slope * bound + 0x1p-22)
        case .bias: return (16 * sigmoid, 16 * slope * bound + 0x1p-18)
        default: return (sum, bound)
        }
    }

    private func hidden(
        _ coordinates: (Double, Double), unit: Int
    ) -> (product: Double, sum: Double, bound: Double) {
        let a = Double(first[2 * unit]) * coordinates.0
        let b = Double(first[2 * unit + 1]) * coordinates.1
        let bias = Double(firstBias[unit])
        return (a + b, a + b + bias, 0x1p-21 * (abs(a) + abs(b) + abs(bias)))
    }
}
