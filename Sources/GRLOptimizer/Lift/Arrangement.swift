/// A part of a mixed-radix number: an index that runs over `extent` and moves `stride` along one axis of a source.
package struct Digit: Hashable {
    package var axis: Int
    package var stride: Int
    package var extent: Int

    package init(axis: Int, stride: Int, extent: Int) {
        self.axis = axis
        self.stride = stride
        self.extent = extent
    }
}

/// How the elements of a tensor are those of a source with other axes: split, merged, permuted, cut out and rolled.
///
/// Each axis of the arrangement is a list of ``Digit``s, the major one first; a digit of extent 1 is left out. The
/// element at given digits is the source's element whose coordinate along each source axis is `(origin + Σ stride ·
/// digit) mod extent`. Reshape, Transpose, Slice and the roll of an axis map arrangements to arrangements exactly, so
/// however an export spells a movement of data, equal movements have equal arrangements.
package struct Arrangement: Hashable {
    /// The extents of the source's axes.
    package let source: [Int]
    /// The digits of each axis.
    package private(set) var axes: [[Digit]]
    /// For each source axis, the coordinate of the first element.
    package private(set) var origin: [Int]

    package init(source: [Int], axes: [[Digit]], origin: [Int]? = nil) {
        self.source = source
        self.axes = axes.map(Self.merged)
        self.origin = origin ?? source.map { _ in 0 }
    }

    /// The source as it is, its axes in this order.
    package init(source: [Int], order: [Int]) {
        self.init(source: source, axes: order.map { [Digit(axis: $0, stride: 1, extent: source[$0])] })
    }

    /// The extents of the axes.
    package var shape: [Int] { axes.map(Self.extent) }

    /// Every digit, those of the first axis first.
    package var digits: [Digit] { axes.flatMap { $0 } }

    package static func extent(_ digits: [Digit]) -> Int { digits.reduce(1) { $0 * $1.extent } }

    /// The same elements in the same order under another shape; nil where a digit would have to be cut unevenly.
    package func reshaped(to shape: [Int]) -> Arrangement? {
        guard shape.reduce(1, *) == self.shape.reduce(1, *), !shape.contains(0) else { return nil }
        var rest = digits
        var result: [[Digit]] = []
        for extent in shape.reversed() {
            var open = extent
            var axis: [Digit] = []
            while open > 1 {
                guard let digit = rest.popLast() else { return nil }
                if open.isMultiple(of: digit.extent) {
                    axis.append(digit)
                    open /= digit.extent
                } else if digit.extent.isMultiple(of: open) {
                    axis.append(Digit(axis: digit.axis, stride: digit.stride, extent: open))
                    rest.append(
                        Digit(axis: digit.axis, stride: digit.stride * open, extent: digit.extent / open))
                    open = 1
                } else {
                    return nil
                }
            }
            result.append(axis.reversed())
        }
        return Arrangement(source: source, axes: result.reversed(), origin: origin)
    }

    /// The axes in another order.
    package func transposed(by order: [Int]) -> Arrangement {
        Arrangement(source: source, axes: order.map { axes[$0] }, origin: origin)
    }

    /// `count` elements of an axis from `start` on, each `step` after the one before; nil where they are no digits.
    package func sliced(axis: Int, start: Int, count: Int, step: Int = 1) -> Arrangement? {
        let extent = Self.extent(axes[axis])
        guard count > 0, start >= 0, step > 0, start + (count - 1) * step < extent else { return nil }
        if start == 0, count == extent { return self }
        var result = self
        // One element fixes every digit; a run of whole rows of the minor digits moves the major one.
        var (minor, position) = (1, start)
        var digits = axes[axis]
        var cut: [Digit] = []
        while let digit = digits.popLast() {
            if count == 1 {
                result.move(digit, by: position % digit.extent)
                position /= digit.extent
            } else if digits.isEmpty {
                guard start.isMultiple(of: minor), count.isMultiple(of: minor), step == 1 || minor == 1 else {
                    return nil
                }
                result.move(digit, by: start / minor)
                cut.append(Digit(axis: digit.axis, stride: digit.stride * step, extent: count / minor))
            } else {
                minor *= digit.extent
                cut.append(digit)
            }
        }
        result.axes[axis] = Self.merged(cut.reversed())
        return result
    }

    /// The arrangements one after another along an axis, of at most one digit each; nil where they do not continue each
    /// other. Going on past the source's end at its beginning is a roll.
    package static func joined(_ parts: [Arrangement], axis: Int) -> Arrangement? {
        guard var result = parts.first else { return nil }
        for part in parts.dropFirst() {
            guard let next = result.continued(by: part, axis: axis) else { return nil }
            result = next
        }
        return result
    }

    private func continued(by part: Arrangement, axis: Int) -> Arrangement? {
        let (head, tail) = (axes[axis], part.axes[axis])
        let moved = origin.indices.filter { origin[$0] != part.origin[$0] }
        guard part.source == source, head.count <= 1, tail.count <= 1, moved.count == 1, let along = moved.first,
            axes.indices.allSatisfy({ $0 == axis || axes[$0] == part.axes[$0] })
        else { return nil }
        let distance = (part.origin[along] - origin[along] + source[along]) % source[along]
        let count = head.first?.extent ?? 1
        let stride = head.first?.stride ?? tail.first?.stride ?? distance
        guard (head + tail).allSatisfy({ $0.axis == along && $0.stride == stride }), count * stride == distance else {
            return nil
        }
        var result = self
        result.axes[axis] = [Digit(axis: along, stride: stride, extent: count + (tail.first?.extent ?? 1))]
        return result
    }

    private mutating func move(_ digit: Digit, by count: Int) {
        origin[digit.axis] = (origin[digit.axis] + digit.stride * count) % max(source[digit.axis], 1)
    }

    /// The digits with extents of 1 left out and neighbours that count on joined.
    private static func merged(_ digits: [Digit]) -> [Digit] {
        var result: [Digit] = []
        for digit in digits where digit.extent != 1 {
            if let last = result.last, last.axis == digit.axis, last.stride == digit.stride * digit.extent {
                result[result.count - 1] = Digit(
                    axis: digit.axis, stride: digit.stride, extent: last.extent * digit.extent)
            } else {
                result.append(digit)
            }
        }
        return result
    }

    /// Whether every element of the source stands at exactly one place.
    package var isBijection: Bool { source.indices.allSatisfy(covers) }

    /// Whether the digits count through all of a source axis, each coordinate once.
    package func covers(_ axis: Int) -> Bool {
        var next = 1
        for digit in digits.filter({ $0.axis == axis }).sorted(by: { $0.stride < $1.stride }) {
            guard digit.stride == next else { return false }
            next *= digit.extent
        }
        return next == source[axis]
    }
}
