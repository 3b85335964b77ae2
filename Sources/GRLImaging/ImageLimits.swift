import CImage

/// Bounds on the images that are read, checked before anything that depends on an image's size is allocated.
public struct ImageLimits: Sendable {
    /// Largest width and height, in pixels.
    public var side = 16_384
    /// Largest width × height.
    public var pixels = 67_108_864
    /// Largest file, in bytes: what the largest 16-bit RGBA image can take, and some metadata.
    public var fileBytes = 640 << 20
    /// Most bytes of samples and of a decoder's own memory.
    public var memory = 1 << 30
    /// Most scans of a progressive JPEG; usual files have about ten.
    public var scans = 100

    /// The default limits.
    public init() {}

    var native: cimage_limits {
        cimage_limits(
            side: UInt32(clamping: side), pixels: UInt64(clamping: pixels), memory: UInt64(clamping: memory),
            scans: UInt32(clamping: scans))
    }
}
