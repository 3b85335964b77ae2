import GRLGraph

/// One operand of an attention: tokens of windows, one head after another, as a part of an image.
struct WindowSide: Equatable {
    /// What a leading axis of the operand counts.
    enum Count: Hashable {
        case batch, windowRow, windowColumn, head
    }

    let image: Int
    /// Height and width of a window.
    let window: [Int]
    /// Rows and columns of windows.
    let grid: [Int]
    /// By how much windows are shifted down and right.
    let shift: [Int]
    /// The first channel.
    let channel: Int
    let headSize: Int
    let heads: Int
    /// What the axes before tokens and channels count, the major digit first.
    let leading: [[Count]]

    /// - Parameters:
    ///   - tokens: the axis along which the tokens of a window stand.
    ///   - features: the axis along which the channels of a head stand.
    /// - Throws: a ``Refusal`` that says what is not the form of an attention's operand.
    init(_ view: ImageView, tokens: Int, features: Int) throws {
        let arrangement = view.arrangement
        let source = arrangement.source
        let featureDigits = arrangement.axes[features]
        guard featureDigits.count <= 1, featureDigits.allSatisfy({ $0.axis == ImageAxis.channel && $0.stride == 1 })
        else {
            let isPlane = featureDigits.allSatisfy { $0.axis == ImageAxis.height || $0.axis == ImageAxis.width }
            throw Refusal(
                isPlane
                    ? "channels are compared with each other over the pixels of the image, not pixels of windows"
                    : "what is compared is not the channels of one head of a pixel")
        }
        let headSize = Arrangement.extent(featureDigits)
        var window = [1, 1]
        var lastAxis = ImageAxis.batch
        for digit in arrangement.axes[tokens] {
            guard digit.axis == ImageAxis.height || digit.axis == ImageAxis.width, digit.stride == 1,
                digit.axis > lastAxis
            else { throw Refusal("the tokens are not the pixels of a window, row by row") }
            window[digit.axis - 1] = digit.extent
            lastAxis = digit.axis
        }
        var (heads, grid) = (1, [1, 1])
        var leading: [[Count]] = []
        for (axis, digits) in arrangement.axes.enumerated() where axis != tokens && axis != features {
            leading.append(
                try digits.map { digit in
                    switch digit.axis {
                    case ImageAxis.batch where digit.stride == 1:
                        return .batch
                    case ImageAxis.channel where digit.stride == headSize && heads == 1:
                        heads = digit.extent
                        return .head
                    case ImageAxis.height where digit.stride == window[0] && grid[0] == 1:
                        grid[0] = digit.extent
                        return .windowRow
                    case ImageAxis.width where digit.stride == window[1] && grid[1] == 1:
                        grid[1] = digit.extent
                        return .windowColumn
                    default: throw Refusal("the windows are not a grid over the image")
                    }
                })
        }
        guard (0...2).allSatisfy(arrangement.covers), arrangement.origin[ImageAxis.batch] == 0,
            arrangement.origin[ImageAxis.channel] + heads * headSize <= source[ImageAxis.channel]
        else { throw Refusal("the windows do not cover the image") }
        image = view.image
        self.headSize = headSize
        self.window = window
        self.grid = grid
        shift = [arrangement.origin[ImageAxis.height], arrangement.origin[ImageAxis.width]]
        channel = arrangement.origin[ImageAxis.channel]
        self.heads = heads
        self.leading = leading
    }

    var tokenCount: Int { window[0] * window[1] }

    /// Whether `other` counts images, windows and heads alike.
    func fits(_ other: WindowSide) -> Bool { leading == other.leading && grid == other.grid && heads == other.heads }
}

/// Products of queries and keys of all windows and heads, scaled, with what was added to them.
struct AttentionScores {
    /// The axes of the scores as a source of arrangements.
    enum Axis {
        static let batch = 0
        static let windowRow = 1
        static let windowColumn = 2
        static let head = 3
        static let query = 4
        static let key = 5
    }

    /// A constant that is added, and how its elements step along the axes of the scores.
    struct Addend {
        let value: ValueID
        let elementStrides: [Int]
    }

    let query: WindowSide
    let key: WindowSide
    let isCosine: Bool
    let epsilon: Float
    /// For each head.
    var scale: [Float]
    var addends: [Addend] = []
    var arrangement: Arrangement

    /// The products of queries `[…, N1, d]` and keys `[…, d, N2]`.
    ///
    /// - Throws: a ``Refusal`` where they are no windows of images.
    init(query: ImageView, transposedKey key: ImageView) throws {
        let rank = query.arrangement.axes.count
        guard rank >= 2, key.arrangement.axes.count == rank else { throw Refusal("the factors differ in rank") }
        self.query = try WindowSide(query, tokens: rank - 2, features: rank - 1)
        self.key = try WindowSide(key, tokens: rank - 1, features: rank - 2)
        guard self.query.fits(self.key), self.query.headSize == self.key.headSize else {
            throw Refusal("queries and keys are of different windows or heads")
        }
        guard (query.normEpsilon == nil) == (key.normEpsilon == nil), query.normEpsilon == key.normEpsilon else {
            throw Refusal("only one of queries and keys is of unit length")
        }
        isCosine = query.normEpsilon != nil
        epsilon = query.normEpsilon ?? 0
        scale = Array(repeating: query.factor * key.factor, count: self.query.heads)
        let extents = [
            query.arrangement.source[ImageAxis.batch], self.query.grid[0], self.query.grid[1], self.query.heads,
            self.query.tokenCount, self.key.tokenCount,
        ]
        let leading = Self.digits(self.query.leading, extents)
        arrangement = Arrangement(
            source: extents,
            axes: leading + [[Self.digit(Axis.query, extents)], [Self.digit(Axis.key, extents)]])
    }

    /// Whether the arrangement is that of the products still, with `leading` axes before queries and keys.
    func isArranged(leading: [[WindowSide.Count]]) -> Bool {
        let extents = arrangement.source
        return arrangement
            == Arrangement(
                source: extents,
                axes: Self.digits(leading, extents)
                    + [[Self.digit(Axis.query, extents)], [Self.digit(Axis.key, extents)]])
    }

    /// Whether a row along the last axis is all keys of one query.
    var hasKeysLast: Bool {
        let digits = [Self.digit(Axis.key, arrangement.source)].filter { $0.extent != 1 }
        return arrangement.axes.last == digits
    }

    private static func digits(_ counts: [[WindowSide.Count]], _ extents: [Int]) -> [[Digit]] {
        counts.map {
            $0.map { count in
                switch count {
                case .batch: digit(Axis.batch, extents)
                case .windowRow: digit(Axis.windowRow, extents)
                case .windowColumn: digit(Axis.windowColumn, extents)
                case .head: digit(Axis.head, extents)
                }
            }
        }
    }

    private static func digit(_ axis: Int, _ extents: [Int]) -> Digit {
        Digit(axis: axis, stride: 1, extent: extents[axis])
    }
}
