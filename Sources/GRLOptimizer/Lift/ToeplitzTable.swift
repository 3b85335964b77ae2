package import GRLTensor

/// The bias of an attention as a table of offsets: one number for each head and each difference of positions.
package struct ToeplitzTable {
    /// `[heads, h1 + h2 − 1, w1 + w2 − 1]`; the bias of query (y1, x1) and key (y2, x2) stands at
    /// `[head, y1 − y2 + h2 − 1, x1 − x2 + w2 − 1]`.
    package let tensor: Tensor

    /// - Parameters:
    ///   - bias: numbers for heads, queries and keys, at `elementStrides` from each other (0 where they do not differ).
    ///   - query: height and width of the queries' window.
    ///   - key: height and width of the keys' window.
    /// - Throws: a ``Refusal`` when two pairs of equal difference have different biases.
    package init(
        _ bias: Tensor, heads: Int, query: [Int], key: [Int], elementStrides: (head: Int, query: Int, key: Int)
    ) throws {
        let (height, width) = (query[0] + key[0] - 1, query[1] + key[1] - 1)
        let table = try Tensor(uninitialized: .float32, shape: Shape([heads, height, width]))
        let isToeplitz = try bias.withElements(of: Float.self) { bias in
            try table.withMutableElements(of: Float.self) { table in
                guard let bias = bias.baseAddress, let table = table.baseAddress else { return false }
                for head in 0..<heads {
                    let matches = Self.fill(
                        table + head * height * width, bias + head * elementStrides.head, query, key,
                        elementStrides.query, elementStrides.key)
                    guard matches else { return false }
                }
                return true
            }
        }
        guard isToeplitz else {
            throw Refusal("what is added to the scores depends on more than the offset between two tokens")
        }
        tensor = table
    }

    /// Fills one head's table from the first pair of each difference; whether all other pairs agree to the bit.
    private static func fill(
        _ table: UnsafeMutablePointer<Float>, _ bias: UnsafePointer<Float>, _ query: [Int], _ key: [Int],
        _ queryStride: Int, _ keyStride: Int
    ) -> Bool {
        let width = query[1] + key[1] - 1
        for queryRow in 0..<query[0] {
            for queryColumn in 0..<query[1] {
                let pairs = bias + (queryRow * query[1] + queryColumn) * queryStride
                for keyRow in 0..<key[0] {
                    let row = table + (queryRow - keyRow + key[0] - 1) * width + queryColumn + key[1] - 1
                    let source = pairs + keyRow * key[1] * keyStride
                    // Rows of the table are met first by the first query row or the first key row.
                    let isNewRow = queryRow == 0 || keyRow == 0
                    var difference: UInt32 = 0
                    for keyColumn in 0..<key[1] {
                        let element = source[keyColumn * keyStride]
                        if isNewRow, queryColumn == 0 || keyColumn == 0 {
                            row[-keyColumn] = element
                        } else {
                            difference |= row[-keyColumn].bitPattern ^ element.bitPattern
                        }
                    }
                    guard difference == 0 else { return false }
                }
            }
        }
        return true
    }
}
