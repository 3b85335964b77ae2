import GRLOptimizer
import Testing

@Suite struct ArrangementTests {
    /// An image of one batch, 8 × 12 pixels and 6 channels, as tokens.
    private static let tokens = Arrangement(source: [1, 8, 12, 6], order: [0, 1, 2, 3])

    /// The coordinates of an element of the arrangement, by its definition.
    private func source(of place: [Int], in arrangement: Arrangement) -> [Int] {
        var coordinates = arrangement.origin
        for (index, digits) in zip(place, arrangement.axes) {
            var rest = index
            for digit in digits.reversed() {
                coordinates[digit.axis] += rest % digit.extent * digit.stride
                rest /= digit.extent
            }
        }
        return zip(coordinates, arrangement.source).map { $0 % $1 }
    }

    @Test func windowsAreDigitsOfRowsAndColumns() throws {
        let windows = try #require(Self.tokens.reshaped(to: [1, 2, 4, 3, 4, 6])).transposed(by: [0, 1, 3, 2, 4, 5])
        let flat = try #require(windows.reshaped(to: [6, 16, 6]))
        #expect(
            flat.axes == [
                [Digit(axis: 1, stride: 4, extent: 2), Digit(axis: 2, stride: 4, extent: 3)],
                [Digit(axis: 1, stride: 1, extent: 4), Digit(axis: 2, stride: 1, extent: 4)],
                [Digit(axis: 3, stride: 1, extent: 6)],
            ])
        #expect(flat.isBijection)
        #expect(source(of: [4, 6, 5], in: flat) == [0, 5, 6, 5])
    }

    @Test func reshapesThatUndoEachOtherGiveTheSame() throws {
        let heads = try #require(Self.tokens.reshaped(to: [1, 96, 3, 2])).transposed(by: [2, 0, 1, 3])
        let back = try #require(heads.transposed(by: [1, 2, 0, 3]).reshaped(to: [1, 8, 12, 6]))
        #expect(back == Self.tokens)
    }

    @Test func unevenCutsHaveNoArrangement() {
        #expect(Self.tokens.reshaped(to: [16, 6, 6]) != nil)
        #expect(Self.tokens.reshaped(to: [5, 115]) == nil)
        #expect(Self.tokens.reshaped(to: [9, 64]) == nil)
    }

    @Test func slicesThatContinueEachOtherAreARoll() throws {
        let image = Self.tokens
        let tail = try #require(image.sliced(axis: 1, start: 3, count: 5))
        let head = try #require(image.sliced(axis: 1, start: 0, count: 3))
        let rolled = try #require(Arrangement.joined([tail, head], axis: 1))
        #expect(rolled.origin == [0, 3, 0, 0])
        #expect(rolled.axes == image.axes)
        #expect(rolled.isBijection)
        #expect(source(of: [0, 6, 0, 0], in: rolled) == [0, 1, 0, 0])
        let tailBack = try #require(rolled.sliced(axis: 1, start: 5, count: 3))
        let headBack = try #require(rolled.sliced(axis: 1, start: 0, count: 5))
        #expect(Arrangement.joined([tailBack, headBack], axis: 1) == image)
    }

    @Test func oneRowIsJoinedLikeAnyOther() throws {
        let first = try #require(Self.tokens.sliced(axis: 3, start: 5, count: 1))
        let rest = try #require(Self.tokens.sliced(axis: 3, start: 0, count: 5))
        let rolled = try #require(Arrangement.joined([first, rest], axis: 3))
        #expect(rolled.origin == [0, 0, 0, 5])
        #expect(rolled.isBijection)
    }

    @Test func partsThatDoNotContinueAreNotJoined() throws {
        let first = try #require(Self.tokens.sliced(axis: 3, start: 0, count: 2))
        let third = try #require(Self.tokens.sliced(axis: 3, start: 4, count: 2))
        #expect(Arrangement.joined([first, third], axis: 3) == nil)
        #expect(Arrangement.joined([first, first], axis: 3) == nil)
    }

    @Test func stepsAreStrides() throws {
        let odd = try #require(Self.tokens.sliced(axis: 2, start: 1, count: 6, step: 2))
        #expect(odd.axes[2] == [Digit(axis: 2, stride: 2, extent: 6)])
        #expect(odd.origin == [0, 0, 1, 0])
        #expect(!odd.isBijection)
        #expect(odd.covers(1) && !odd.covers(2))
    }

    @Test func oneElementOfAnAxisFixesItsDigits() throws {
        let heads = try #require(Self.tokens.reshaped(to: [1, 96, 3, 2]))
        let second = try #require(heads.sliced(axis: 2, start: 1, count: 1)?.reshaped(to: [1, 96, 2]))
        #expect(second.origin == [0, 0, 0, 2])
        let pixel = try #require(heads.sliced(axis: 1, start: 30, count: 1))
        #expect(pixel.origin == [0, 2, 6, 0])
    }
}
