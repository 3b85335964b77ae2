/// A picture of 8 or 16 bits per sample, gray or RGB, with or without alpha.
///
/// Samples are interleaved, `[height, width, channels]`, colour first and alpha last, without padding between rows;
/// 16-bit samples stand in the machine's byte order. Values are as stored in the file: no colour management, alpha
/// not premultiplied. Copies share their samples until one of them changes.
public struct Image: Sendable {
    /// The colour samples of a pixel.
    public enum ColorModel: Sendable {
        case gray
        case rgb

        /// 1 or 3.
        public var channelCount: Int { self == .gray ? 1 : 3 }
    }

    /// Bits of a sample.
    public enum BitDepth: Int, Sendable {
        case eight = 8
        case sixteen = 16

        /// 1 or 2.
        public var byteCount: Int { rawValue / 8 }
        /// The sample that stands for 1.0.
        public var maximum: Int { (1 << rawValue) - 1 }
    }

    /// In pixels.
    public let width: Int
    /// In pixels.
    public let height: Int
    /// Bits of each sample, alpha included.
    public let bitDepth: BitDepth
    /// Gray or RGB.
    public let colorModel: ColorModel
    /// Whether each pixel ends in an alpha sample.
    public let hasAlpha: Bool
    /// ICC profile, gamma, resolution, text, EXIF: what came with the picture and goes with it into a file.
    package var metadata = ImageMetadata()
    private var storage: PixelStorage

    /// Colour samples and alpha.
    public var channelCount: Int { colorModel.channelCount + (hasAlpha ? 1 : 0) }
    /// Bytes of a row of pixels.
    public var rowByteCount: Int { width * channelCount * bitDepth.byteCount }

    /// A black (and transparent) picture. Throws `ImageError`: `shape` for a size below 1, `limit` for one beyond
    /// `limits`, `memory`.
    public init(
        width: Int, height: Int, bitDepth: BitDepth = .eight, colorModel: ColorModel = .rgb, hasAlpha: Bool = false,
        limits: ImageLimits = ImageLimits()
    ) throws {
        guard width > 0, height > 0 else {
            throw ImageError(.shape, "an image of \(width) × \(height) pixels cannot be made")
        }
        let (pixels, overflow) = width.multipliedReportingOverflow(by: height)
        guard width <= limits.side, height <= limits.side, !overflow, pixels <= limits.pixels else {
            throw ImageError(
                .limit,
                "\(width) × \(height) pixels exceed the limits of \(limits.side) per side and \(limits.pixels) in all")
        }
        let pixelBytes = (colorModel.channelCount + (hasAlpha ? 1 : 0)) * bitDepth.byteCount
        let (byteCount, bytesOverflow) = pixels.multipliedReportingOverflow(by: pixelBytes)
        guard !bytesOverflow, byteCount <= limits.memory else {
            throw ImageError(
                .memory, "\(width) × \(height) pixels of \(pixelBytes) bytes exceed the \(limits.memory) bytes allowed")
        }
        self.width = width
        self.height = height
        self.bitDepth = bitDepth
        self.colorModel = colorModel
        self.hasAlpha = hasAlpha
        storage = try PixelStorage(byteCount: byteCount)
    }

    /// Lends all samples, `height * rowByteCount` bytes.
    public func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try withExtendedLifetime(storage) { try body(UnsafeRawBufferPointer(storage.bytes)) }
    }

    /// Lends all samples for changing. Throws `ImageError` (`memory`) when samples shared with another copy cannot be
    /// duplicated, and what `body` throws.
    public mutating func withUnsafeMutableBytes<Result>(
        _ body: (UnsafeMutableRawBufferPointer) throws -> Result
    ) throws -> Result {
        if !isKnownUniquelyReferenced(&storage) {
            let copy = try PixelStorage(byteCount: storage.bytes.count)
            copy.bytes.copyMemory(from: UnsafeRawBufferPointer(storage.bytes))
            storage = copy
        }
        return try withExtendedLifetime(storage) { try body(storage.bytes) }
    }
}
