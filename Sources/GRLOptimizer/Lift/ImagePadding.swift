import GRLGraph
import GRLOperators
import GRLTensor

/// The padding of a network's input to a multiple of its windows, and the crop of its output.
///
/// The multiple is known when all windows are, so a place is held for the padding until then.
struct ImagePadding {
    /// The lifted graph's input.
    let input: ValueID
    /// The input's size at the sample size.
    let height: Int
    let width: Int
    /// The size after padding.
    var paddedHeight: Int
    var paddedWidth: Int
    /// The node that holds the place.
    var place: NodeID?
    /// The least common multiples of window heights and widths, in pixels of the input.
    fileprivate(set) var multiples = [1, 1]

    /// Whether multiples matter; they do not where the size stays as it is.
    private let isCounted: Bool

    init(input: ValueID, height: Int, width: Int, isCounted: Bool) {
        self.input = input
        self.isCounted = isCounted
        self.height = height
        self.width = width
        paddedHeight = height
        paddedWidth = width
    }

    /// Notes that an image of `height` × `width` is cut into windows (or cells of a pooling) of `window`.
    ///
    /// - Throws: a ``Refusal`` when the window is not a whole number of the input's pixels.
    mutating func require(window: [Int], height: Int, width: Int) throws {
        guard isCounted else { return }
        for (axis, (extent, padded)) in [(height, paddedHeight), (width, paddedWidth)].enumerated() {
            guard extent > 0, (window[axis] * padded).isMultiple(of: extent) else {
                throw Refusal(
                    "a window of \(window[axis]) in \(extent) is no whole number of the \(padded) input pixels")
            }
            let pixels = window[axis] * padded / extent
            multiples[axis] = try leastCommonMultiple(multiples[axis], max(pixels, 1))
        }
    }

    /// The least common multiple of both directions.
    fileprivate func commonMultiple() throws -> Int { try leastCommonMultiple(multiples[0], multiples[1]) }

    /// Whether the sample's padding is that to `multiples`.
    fileprivate func isPadding(to multiples: [Int]) -> Bool {
        func roundUp(_ extent: Int, _ multiple: Int) -> Int { (extent + multiple - 1) / multiple * multiple }
        return roundUp(height, multiples[0]) == paddedHeight && roundUp(width, multiples[1]) == paddedWidth
    }

    private func leastCommonMultiple(_ a: Int, _ b: Int) throws -> Int {
        var (x, y) = (a, b)
        while y != 0 { (x, y) = (y, x % y) }
        let (result, overflow) = (a / x).multipliedReportingOverflow(by: b)
        guard !overflow else { throw Refusal("the windows have no common multiple") }
        return result
    }
}

extension Lifter {
    /// Whether a node pads the network's input, or functions of its single elements, at the bottom and at the right.
    ///
    /// - Throws: a ``Refusal`` where the amounts are not known.
    func isInputPadding(_ node: Node) throws -> Bool {
        guard node.operation is Pad, var value = node.inputs.first.flatMap({ $0 }),
            facts[value]?.type.shape.rank == 4, try shape(of: value)[2...] == [padding.height, padding.width],
            try integers(node, 1)?.prefix(6).allSatisfy({ $0 == 0 }) ?? false
        else { return false }
        while let producer = graph.producer(of: value), producer.operation is any PointwiseOperator,
            let operand = producer.inputs.compactMap({ $0 }).first(where: dynamic.contains)
        {
            value = operand
        }
        return graph.inputs.contains(value)
    }

    /// Adds the place of the padding behind `source`; returns the padded image.
    mutating func addPadding(behind source: ValueID, name: String, extents: [Int]) throws -> Int {
        guard padding.place == nil else { throw Refusal("the network pads its input twice") }
        let place = PadToMultiple(multiples: PixelPair(1, 1))
        let value = lifted.addNode(place, name: name, inputs: [source], output: "padded")
        padding.place = lifted.producer(of: value)?.id
        padding.paddedHeight = extents[ImageAxis.height]
        padding.paddedWidth = extents[ImageAxis.width]
        return addImage(LiftedImage(extents: extents, channelsFirst: value))
    }

    /// Puts the padding that the windows need in its place: to one multiple in both directions, as networks do that pad
    /// squares, or to the windows of each direction, whichever is the padding of the sample size.
    ///
    /// - Throws: a ``Refusal`` when another amount was padded.
    mutating func settlePadding() throws {
        guard let place = padding.place, case let source?? = lifted[place].inputs.first,
            case let held?? = lifted[place].outputs.first
        else { return }
        let own = padding.multiples
        let common = try padding.commonMultiple()
        guard let multiples = [[common, common], own].first(where: padding.isPadding) else {
            throw Refusal(
                "\(padding.height)×\(padding.width) pixels are padded to \(padding.paddedHeight)×\(padding.paddedWidth), "
                    + "the windows ask for multiples of \(own[0])×\(own[1])")
        }
        padding.multiples = multiples
        var result = source
        if padding.multiples != [1, 1] {
            result = lifted.addNode(
                PadToMultiple(multiples: PixelPair(padding.multiples[0], padding.multiples[1])),
                name: lifted[place].name, inputs: [source],
                output: "padded", before: place)
        }
        lifted.replaceUses(of: held, with: result)
        lifted.erase([place])
    }
}
