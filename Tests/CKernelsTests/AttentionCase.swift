import CKernels
import Foundation

/// One window of attention with its operands, and its definition in float64.
struct AttentionCase {
    var size = 16
    var queryWindow = (rows: 4, columns: 4)
    var keyWindow = (rows: 4, columns: 4)
    var cosine = true
    var scale: Float = 10
    var mask: Float = -100
    /// Biases are in 0...biasRange; there are none if it is 0.
    var biasRange: Float = 16
    /// The images are two windows high and wide; the window begins this far from their middle and may wrap around.
    var queryShift = (y: 0, x: 0)
    var keyShift = (y: 0, x: 0)
    var querySplit = (row: 0, column: 0)
    var keySplit = (row: 0, column: 0)

    /// Elements of one pixel, of which the head has channels `channel`..<channel + size.
    var stride: Int { size + 3 }
    let channel = 2

    var query: [Float] = []
    var key: [Float] = []
    var value: [Float] = []
    var table: [Float] = []

    /// Fills the operands.
    mutating func fill(seed: UInt64, in range: ClosedRange<Float> = -2...2) {
        var numbers = Numbers(seed: seed)
        query = numbers.array(4 * queryWindow.rows * queryWindow.columns * stride, in: range)
        key = numbers.array(4 * keyWindow.rows * keyWindow.columns * stride, in: range)
        value = numbers.array(4 * keyWindow.rows * keyWindow.columns * stride)
        let rows = queryWindow.rows + keyWindow.rows - 1
        let columns = queryWindow.columns + keyWindow.columns - 1
        table = biasRange == 0 ? [] : numbers.array(rows * columns, in: 0...biasRange)
    }

    /// A window whose images are shifted by half its size, divided there into regions of both directions.
    mutating func shiftByHalf() {
        queryShift = (queryWindow.rows / 2, queryWindow.columns / 2)
        keyShift = (keyWindow.rows / 2, keyWindow.columns / 2)
        querySplit = (queryWindow.rows - queryShift.y, queryWindow.columns - queryShift.x)
        keySplit = (keyWindow.rows - keyShift.y, keyWindow.columns - keyShift.x)
    }

    /// Where the head's channels of a query token begin.
    func queryPlace(_ y: Int, _ x: Int) -> Int { place(queryWindow, queryShift, y, x) }

    func keyPlace(_ y: Int, _ x: Int) -> Int { place(keyWindow, keyShift, y, x) }

    private func place(
        _ window: (rows: Int, columns: Int), _ shift: (y: Int, x: Int), _ y: Int, _ x: Int
    ) -> Int {
        let row = (window.rows + shift.y + y) % (2 * window.rows)
        let column = (window.columns + shift.x + x) % (2 * window.columns)
        return (row * 2 * window.columns + column) * stride + channel
    }

    /// The output image, computed `rows` rows of queries at a time; elements that are not written stay 99.
    func output(_ kernels: grl_kernel_table, rows: Int = .max) -> [Float] {
        var head = grl_attention_head()
        head.size = size
        (head.query_rows, head.query_columns) = queryWindow
        (head.key_rows, head.key_columns) = keyWindow
        head.cosine = cosine
        head.epsilon = 1e-12
        head.biased = biasRange != 0
        head.scale = scale
        var output = [Float](repeating: 99, count: query.count)
        var memory = [Float](repeating: .nan, count: kernels.attention.table_floats(&head))
        var scratch = [Float](repeating: .nan, count: kernels.attention.scratch_floats(&head))
        memory.withUnsafeMutableBufferPointer { memory in
            query.withUnsafeBufferPointer { query in
                key.withUnsafeBufferPointer { key in
                    value.withUnsafeBufferPointer { value in
                        output.withUnsafeMutableBufferPointer { output in
                            guard let memory = memory.baseAddress, let query = query.baseAddress,
                                let key = key.baseAddress, let value = value.baseAddress,
                                let output = output.baseAddress
                            else { return }
                            kernels.attention.prepare(&head, head.biased ? table : nil, memory)
                            var window = grl_attention_window(
                                queries: side(queryWindow, queryShift, querySplit),
                                keys: side(keyWindow, keyShift, keySplit), query: query + channel,
                                query_stride: stride, key: key + channel, key_stride: stride,
                                value: value + channel, value_stride: stride, output: output + channel,
                                output_stride: stride, mask: mask)
                            let step = min(rows, queryWindow.rows)
                            for first in Swift.stride(from: 0, to: queryWindow.rows, by: step) {
                                let count = min(step, queryWindow.rows - first)
                                kernels.attention.attend(&head, &window, first, count, &scratch)
                            }
                        }
                    }
                }
            }
        }
        return output
    }

    private func side(
        _ window: (rows: Int, columns: Int), _ shift: (y: Int, x: Int), _ split: (row: Int, column: Int)
    ) -> grl_window_side {
        grl_window_side(
            image_rows: 2 * window.rows, image_columns: 2 * window.columns, top: window.rows + shift.y,
            left: window.columns + shift.x, row_split: split.row, column_split: split.column)
    }

    /// The probabilities of all keys for query (y, x), row by row.
    func probabilities(_ y: Int, _ x: Int) -> [Double] { probabilities(y, x, keys: keyTokens()) }

    private func keyTokens() -> [[Double]] {
        (0..<keyWindow.rows * keyWindow.columns).map {
            normalized(key, keyPlace($0 / keyWindow.columns, $0 % keyWindow.columns))
        }
    }

    private func probabilities(_ y: Int, _ x: Int, keys: [[Double]]) -> [Double] {
        let q = normalized(query, queryPlace(y, x))
        var logits: [Double] = []
        logits.reserveCapacity(keys.count)
        for (token, k) in keys.enumerated() {
            let (keyRow, keyColumn) = (token / keyWindow.columns, token % keyWindow.columns)
            var logit = 0.0
            for c in 0..<size { logit += q[c] * k[c] }
            logit *= Double(scale)
            if biasRange != 0 {
                let row = y - keyRow + keyWindow.rows - 1, column = x - keyColumn + keyWindow.columns - 1
                logit += Double(table[row * (queryWindow.columns + keyWindow.columns - 1) + column])
            }
            let sameRows = (y < querySplit.row) == (keyRow < keySplit.row)
            let sameColumns = (x < querySplit.column) == (keyColumn < keySplit.column)
            logits.append(sameRows && sameColumns ? logit : logit + Double(mask))
        }
        let highest = logits.max() ?? 0
        let weights = logits.map { exp($0 - highest) }
        let total = weights.reduce(0, +)
        return weights.map { $0 / total }
    }

    private func normalized(_ operand: [Float], _ place: Int) -> [Double] {
        let token = operand[place..<place + size].map(Double.init)
        guard cosine else { return token }
        let length = max(token.reduce(0) { $0 + $1 * $1 }.squareRoot(), 1e-12)
        return token.map { $0 / length }
    }

    /// The largest error of an output image over every `step`th query; NaN where either side alone is NaN.
    func error(of output: [Float], step: Int = 1) -> Double {
        var worst = 0.0
        let keys = keyTokens()
        for query in Swift.stride(from: 0, to: queryWindow.rows * queryWindow.columns, by: step) {
            let (y, x) = (query / queryWindow.columns, query % queryWindow.columns)
            var expected = [Double](repeating: 0, count: size)
            for (token, probability) in probabilities(y, x, keys: keys).enumerated() {
                let place = keyPlace(token / keyWindow.columns, token % keyWindow.columns)
                for c in 0..<size { expected[c] += probability * Double(value[place + c]) }
            }
            let place = queryPlace(y, x)
            for c in 0..<size {
                let error = abs(Double(output[place + c]) - expected[c])
                if !(error <= worst) { worst = error }
            }
        }
        return worst
    }
}
