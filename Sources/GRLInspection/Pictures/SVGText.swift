/// Pieces of pictures in SVG, whose classes `arena.css` styles.
struct SVGText {
    /// The first line of a picture.
    func opening(width: Double, height: Double, label: String) -> String {
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"arena\" viewBox=\"0 0 \(number(width)) \(number(height))\" "
            + "width=\"\(number(width))\" height=\"\(number(height))\" role=\"img\" aria-label=\"\(label)\">"
    }

    func rectangle(_ x: Double, _ y: Double, _ width: Double, _ height: Double) -> String {
        "<rect x=\"\(number(x))\" y=\"\(number(y))\" width=\"\(number(width))\" height=\"\(number(height))\"/>"
    }

    func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ kind: String) -> String {
        "<path class=\"\(kind)\" d=\"M\(number(x1)),\(number(y1))L\(number(x2)),\(number(y2))\"/>"
    }

    func label(_ x: Double, _ y: Double, _ words: String, _ kind: String) -> String {
        "<text class=\"\(kind)\" x=\"\(number(x))\" y=\"\(number(y))\">\(words.escapedForMarkup)</text>"
    }

    /// About eight round numbers from 0 up to `extent`.
    func marks(upTo extent: Double) -> [Double] {
        let step = niceStep(extent)
        return (0...10).map { Double($0) * step }.filter { $0 <= extent }
    }

    /// A distance between marks, 1, 2 or 5 times a power of ten, so that there are about eight.
    func niceStep(_ extent: Double) -> Double {
        guard extent.isFinite, extent > 0 else { return 1 }
        var step = 1e-6
        while extent / step > 8 {
            for factor in [2.0, 2.5, 2] where extent / step > 8 { step *= factor }
        }
        return step
    }

    /// A number with at most three decimals.
    func number(_ number: Double) -> String {
        let rounded = (number * 1000).rounded() / 1000
        return rounded == rounded.rounded() && abs(rounded) < 1e15 ? "\(Int(rounded))" : "\(rounded)"
    }
}
