package import GRLGraph
package import GRLTensor

/// A stored mask of shifted window attention, which tells the size of the pictures that a network was exported for.
///
/// A network that declares any size may still hold such masks, and then gives wrong results at every other size,
/// silently where the number of windows is a multiple. After a roll by half a window, a window of the last row of
/// windows holds two parts of the picture that do not meet, and so does one of the last column; the mask is −100
/// between tokens of different parts and 0 elsewhere.
package struct RegionMask: Equatable {
    private static let masked: Float = -100

    /// The height of the picture, in pixels of the (padded) network input.
    package let height: Int
    /// The width of the picture.
    package let width: Int

    package init(height: Int, width: Int) {
        self.height = height
        self.width = width
    }

    /// Whether `tensor` has the shape `[windows, tokens, tokens]`, axes of length 1 aside, and looks like a mask.
    package static func isMask(_ tensor: Tensor) -> Bool {
        guard let dimensions = windowDimensions(tensor) else { return false }
        let lastRow = try? tensor.withElements(of: Float.self) { elements in
            let row = elements.suffix(dimensions.tokens)
            return row.contains(masked) && row.allSatisfy { $0 == 0 || $0 == masked }
        }
        return lastRow ?? false
    }

    /// The picture size that belongs to a mask; nil where none does.
    package init?(_ tensor: Tensor) {
        guard Self.isMask(tensor), let (windows, tokens) = Self.windowDimensions(tensor) else { return nil }
        let found = try? tensor.withElements(of: Float.self) { elements -> RegionMask? in
            for windowHeight in Self.divisors(tokens) {
                let windowWidth = tokens / windowHeight
                for rows in Self.divisors(windows) {
                    let columns = windows / rows
                    let fits = (0..<windows).allSatisfy { window in
                        let (isLastRow, isLastColumn) = (window / columns == rows - 1, window % columns == columns - 1)
                        return (0..<tokens).allSatisfy { token in
                            let isApart =
                                isLastRow && token / windowWidth >= windowHeight - windowHeight / 2
                                || isLastColumn && token % windowWidth >= windowWidth - windowWidth / 2
                            return elements[window * tokens * tokens + token] == (isApart ? Self.masked : 0)
                        }
                    }
                    if fits { return RegionMask(height: rows * windowHeight, width: columns * windowWidth) }
                }
            }
            return nil
        }
        guard let size = found ?? nil else { return nil }
        self = size
    }

    private static func windowDimensions(_ tensor: Tensor) -> (windows: Int, tokens: Int)? {
        let dimensions = tensor.shape.dimensions.filter { $0 != 1 }
        guard tensor.elementType == .float32, dimensions.count == 3, dimensions[1] == dimensions[2] else { return nil }
        return (dimensions[0], dimensions[1])
    }

    private static func divisors(_ number: Int) -> [Int] { (1...max(number, 1)).filter { number.isMultiple(of: $0) } }
}

extension Graph {
    /// The picture sizes that stored masks of windows were made for, the largest first.
    package var maskedSizes: [(height: Int, width: Int)] {
        values.compactMap { $0.constant.flatMap { RegionMask($0) } }
            .sorted { $0.height * $0.width > $1.height * $1.width }.map { ($0.height, $0.width) }
    }
}
