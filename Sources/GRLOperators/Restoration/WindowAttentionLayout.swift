import GRLGraph
import GRLTensor

/// The sizes of a window attention, checked against its inputs.
struct WindowAttentionLayout {
    let images: Int
    let query: WindowGrid
    let key: WindowGrid
    /// Channels of each operand, of which a head reads some.
    let queryChannels: Int
    let keyChannels: Int
    let valueChannels: Int
    /// The result's shape [B, Hq, Wq, heads · d].
    let output: Shape
    /// Windows of all images.
    let windowCount: Int

    /// - Throws: `ARITY`, `DTYPE`, `SHAPE`, `SIZE_OVERFLOW`.
    init(_ operation: WindowAttention, _ context: InferenceContext) throws {
        for index in 0..<context.inputCount {
            guard let type = context.optionalType(index), type.elementType != .float32 else { continue }
            throw OperatorError(.elementType, "input \(index) is \(type.elementType), expected float32")
        }
        let channels = try Checked.multiply(operation.heads, operation.headSize)
        let shapes = try (0..<3).map { try context.shape($0) }
        for (index, first) in [operation.queryChannel, operation.keyChannel, operation.valueChannel].enumerated() {
            let end = try Checked.add(first, channels)
            guard shapes[index].rank == 4, shapes[index][3] >= end else {
                throw OperatorError(
                    .shape,
                    "input \(index) has shape \(shapes[index]), expected [B, H, W, C] with C at least \(end): "
                        + "\(operation.heads) heads of \(operation.headSize) channels from channel \(first) on")
            }
        }
        guard shapes[2].dimensions.prefix(3) == shapes[1].dimensions.prefix(3), shapes[0][0] == shapes[1][0] else {
            throw OperatorError(
                .shape,
                "query, key and value have shapes \(shapes[0]), \(shapes[1]) and \(shapes[2]), expected one batch, and "
                    + "key and value of one size")
        }
        query = try WindowGrid(operation.query, over: shapes[0], "the query")
        key = try WindowGrid(operation.key, over: shapes[1], "the key")
        guard query.windowsDown == key.windowsDown, query.windowsAcross == key.windowsAcross else {
            throw OperatorError(
                .shape,
                "the query has \(query.windowsDown) x \(query.windowsAcross) windows, the key has "
                    + "\(key.windowsDown) x \(key.windowsAcross), expected as many")
        }
        images = shapes[0][0]
        (queryChannels, keyChannels, valueChannels) = (shapes[0][3], shapes[1][3], shapes[2][3])
        output = try Shape([images, shapes[0][1], shapes[0][2], channels])
        windowCount = images * query.windowsDown * query.windowsAcross
        _ = try Checked.multiply(query.tokens, key.tokens)
        try context.requireShape(3, [operation.heads], "the scale")
        try context.requireShape(
            4, [operation.heads, query.rows + key.rows - 1, query.columns + key.columns - 1], "the table")
    }

    /// Where window `number` of all images is.
    func place(of number: Int) -> WindowPlace {
        let (line, across) = number.quotientAndRemainder(dividingBy: query.windowsAcross)
        let (image, down) = line.quotientAndRemainder(dividingBy: query.windowsDown)
        return WindowPlace(image: image, down: down, across: across)
    }
}

/// A window of one of several images.
struct WindowPlace {
    let image: Int
    let down: Int
    let across: Int
}

/// An image seen as a grid of windows, cyclically shifted.
struct WindowGrid {
    let height: Int
    let width: Int
    /// Rows and columns of a window.
    let rows: Int
    let columns: Int
    let windowsDown: Int
    let windowsAcross: Int
    private let shift: PixelPair

    /// - Throws: `SHAPE` when the image does not divide into windows.
    init(_ side: WindowAttention.Side, over image: Shape, _ meaning: String) throws {
        guard image[1] % side.window.y == 0, image[2] % side.window.x == 0 else {
            throw OperatorError(
                .shape,
                "\(meaning) has \(image[1]) x \(image[2]) pixels, expected multiples of its window, \(side.window)")
        }
        (height, width) = (image[1], image[2])
        (rows, columns) = (side.window.y, side.window.x)
        (windowsDown, windowsAcross) = (height / rows, width / columns)
        shift = side.shift
    }

    /// Pixels of a window.
    var tokens: Int { rows * columns }

    /// Pixels of an image.
    var pixels: Int { height * width }

    /// The image row of the first row of windows in line `line`, and the image column likewise; further ones follow
    /// cyclically.
    func top(of line: Int) -> Int { (line * rows + shift.y) % height }
    func left(of line: Int) -> Int { (line * columns + shift.x) % width }

    /// The row of a window in line `line` at which another region begins; nil where all its rows are of one region.
    /// Only the last windows of a shifted grid reach over the image's edge.
    func rowSplit(of line: Int) -> Int? { shift.y > 0 && line == windowsDown - 1 ? rows - shift.y : nil }
    func columnSplit(of line: Int) -> Int? { shift.x > 0 && line == windowsAcross - 1 ? columns - shift.x : nil }

    /// Calls `body` with each run of tokens of a window, within whole rows `tokens`, whose pixels lie side by side: the
    /// first token, its pixel's index in the image, and how many there are.
    func forEachRun(of place: WindowPlace, _ tokens: Range<Int>, _ body: (Int, Int, Int) -> Void) {
        let (top, left) = (top(of: place.down), left(of: place.across))
        let inside = min(columns, width - left)
        for token in stride(from: tokens.lowerBound, to: tokens.upperBound, by: columns) {
            let row = (top + token / columns) % height * width
            body(token, row + left, inside)
            if inside < columns { body(token + inside, row, columns - inside) }
        }
    }

    /// The index of the pixel (y, x) of window (line, lineAcross), row-major in the image.
    func pixel(_ line: Int, _ lineAcross: Int, _ y: Int, _ x: Int) -> Int {
        (top(of: line) + y) % height * width + (left(of: lineAcross) + x) % width
    }
}
