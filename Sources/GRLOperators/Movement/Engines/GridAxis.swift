/// One axis of an image that is read at any place, as `GridSample` does.
struct GridAxis {
    /// What is read outside the image.
    enum Padding: String, CaseIterable {
        case zeros
        /// The element at the border.
        case border
        /// The mirror image.
        case reflection
    }

    /// An element that is read and how much it counts.
    struct Tap {
        let index: Int
        let weight: Double
    }

    let extent: Int
    /// Whether −1 and 1 stand for the centres of the outermost elements, rather than for their outer edges.
    let alignsCorners: Bool
    let padding: Padding

    /// The places between which reflection takes place.
    private var low: Double { alignsCorners ? 0 : -0.5 }
    private var high: Double { Double(extent) - (alignsCorners ? 1 : 0.5) }

    /// The elements that are read for a coordinate from −1 to 1; those outside the image are left out.
    func taps(at coordinate: Double, _ mode: GridSample.Mode) -> [Tap] {
        guard extent > 0 else { return [] }
        var place =
            alignsCorners
            ? (coordinate + 1) / 2 * (Double(extent) - 1) : ((coordinate + 1) * Double(extent) - 1) / 2
        if mode == .nearest { place.round(.toNearestOrEven) }
        if !(place >= low && place <= high) {
            switch padding {
            case .zeros: break
            case .border: place = max(0, min(Double(extent) - 1, place))
            case .reflection: place = reflected(place)
            }
        }
        let left = place.rounded(.down)
        let t = place - left
        let weights: [Double] =
            switch mode {
            case .nearest: [1]
            case .linear: [1 - t, t]
            case .cubic: [cubic(1 + t), cubic(t), cubic(1 - t), cubic(2 - t)]
            }
        let first = mode == .cubic ? left - 1 : left
        return weights.enumerated().compactMap { step, weight in
            index(at: first + Double(step)).map { Tap(index: $0, weight: weight) }
        }
    }

    /// The element at a whole place, or nil where nothing is read.
    private func index(at place: Double) -> Int? {
        switch padding {
        case .zeros:
            guard place >= 0, place < Double(extent) else { return nil }
            return Int(exactly: place)
        case .border:
            return clamped(place)
        case .reflection:
            return clamped(place < low || place > high ? reflected(place) : place)
        }
    }

    private func clamped(_ place: Double) -> Int {
        max(0, min(extent - 1, Int(exactly: place.rounded(.towardZero)) ?? (place > 0 ? extent - 1 : 0)))
    }

    private func reflected(_ place: Double) -> Double {
        let period = 2 * (high - low)
        guard period > 0, place.isFinite else { return low }
        let offset = abs(place - low).truncatingRemainder(dividingBy: period)
        return low + min(offset, period - offset)
    }

    /// Keys' cubic convolution with coefficient −0.75.
    private func cubic(_ distance: Double) -> Double {
        let a = -0.75
        guard distance > 1 else { return ((a + 2) * distance - (a + 3)) * distance * distance + 1 }
        return ((a * distance - 5 * a) * distance + 8 * a) * distance - 4 * a
    }
}
