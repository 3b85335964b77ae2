public import GRLTensor

/// What a restoration model takes and gives, read from its graph.
///
/// The model has one input `[1, C, H, W]` and one output `[1, C', s·H, s·W]`, with samples from 0 to 1.
public struct ModelContract: Sendable, Hashable {
    /// The picture sizes that the network itself runs at; ``Restorer`` takes any picture to them.
    public enum Size: Sendable, Hashable {
        /// This size in pixels and no other; larger pictures are cut into tiles.
        case fixed(height: Int, width: Int)
        /// Every height and width that is a multiple of `multiple` and at least `minimum`, in pixels.
        case dynamic(multiple: Int, minimum: Int)
    }

    /// The name of the graph's input.
    public let inputName: String
    /// The name of the graph's output.
    public let outputName: String
    /// The type of the input's elements, `float32` or `float16`.
    public let elementType: ElementType
    /// The channels that go in: 1 gray, 3 colour, 6 two colour views.
    public let inputChannels: Int
    /// The channels that come out.
    public let outputChannels: Int
    /// How many times larger the output is in each direction.
    public let scale: Int
    /// The sizes that the network runs at.
    public let size: Size
    /// Whether the network takes statistics over the whole picture, as channel attention does: tiles then give another
    /// result than the picture in one piece.
    public let readsWholePicture: Bool

    /// The values that samples take.
    public var valueRange: ClosedRange<Float> { 0...1 }

    package init(
        inputName: String = "input", outputName: String = "output", elementType: ElementType = .float32,
        inputChannels: Int, outputChannels: Int, scale: Int, size: Size, readsWholePicture: Bool = false
    ) {
        self.inputName = inputName
        self.outputName = outputName
        self.elementType = elementType
        self.inputChannels = inputChannels
        self.outputChannels = outputChannels
        self.scale = scale
        self.size = size
        self.readsWholePicture = readsWholePicture
    }

    /// The smallest length that the network accepts and that is not below `length`, along one dynamic direction.
    package static func acceptedLength(_ length: Int, multiple: Int, minimum: Int) -> Int {
        let wanted = max(length, minimum, 1)
        return (wanted + multiple - 1) / multiple * multiple
    }
}

extension ModelContract: CustomStringConvertible {
    /// Input, output and sizes, one a line.
    public var description: String {
        let (input, output) =
            switch size {
            case .fixed(let height, let width): ("\(height), \(width)", "\(height * scale), \(width * scale)")
            case .dynamic: ("H, W", scale == 1 ? "H, W" : "\(scale)·H, \(scale)·W")
            }
        return """
            input: '\(inputName)' \(elementType)[1, \(inputChannels), \(input)], \(channelMeaning)
            output: '\(outputName)' [1, \(outputChannels), \(output)], scale \(scale)
            values: 0 to 1
            sizes: \(sizeMeaning)
            """
    }

    private var channelMeaning: String {
        switch inputChannels {
        case 1: "gray"
        case 3: "RGB"
        case 6: "two RGB views"
        default: "\(inputChannels) channels"
        }
    }

    private var sizeMeaning: String {
        switch size {
        case .fixed(let height, let width):
            "fixed at \(width)×\(height); other pictures are padded or run in overlapping tiles"
        case .dynamic(1, let minimum): "any from \(minimum)×\(minimum)"
        case .dynamic(let multiple, let minimum): "multiples of \(multiple) from \(minimum)×\(minimum)"
        }
    }
}
