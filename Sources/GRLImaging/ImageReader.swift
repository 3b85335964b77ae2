import CImage
import GRLTensor

/// Reads PNG and JPEG images, told apart by their content.
package enum ImageReader {
    /// Reads the file at `path`.
    ///
    /// Throws `FileError` when it is missing, not a regular file, too large or unreadable; `ImageError` when it does
    /// not hold a whole, sound image within `limits`; `CancellationError` once `isCancelled` answers true.
    package static func read(
        path: String, limits: ImageLimits = ImageLimits(), isCancelled: () -> Bool = { false }
    ) throws -> Image {
        let file = try InputFile(path: path, limit: .max)
        let prefix = try file.prefix(ImageFormat.prefixLength)
        let input = cimage_input(bytes: nil, length: file.size, descriptor: file.descriptor)
        let image = try decode(input, prefix: prefix, path: path, limits: limits, isCancelled: isCancelled)
        return image
    }

    /// Reads an image from memory; throws as `read(path:)` does.
    package static func decode(
        _ bytes: UnsafeRawBufferPointer, limits: ImageLimits = ImageLimits(), isCancelled: () -> Bool = { false }
    ) throws -> Image {
        let prefix = Array(bytes.prefix(ImageFormat.prefixLength))
        let input = cimage_input(
            bytes: bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), length: bytes.count, descriptor: -1)
        return try decode(input, prefix: prefix, path: nil, limits: limits, isCancelled: isCancelled)
    }

    private static func decode(
        _ input: cimage_input, prefix: [UInt8], path: String?, limits: ImageLimits, isCancelled: () -> Bool
    ) throws -> Image {
        switch ImageFormat(prefix: prefix) {
        case .png:
            return try PNGDecoder.decode(input, path: path, limits: limits, isCancelled: isCancelled)
        case .jpeg:
            guard input.length <= limits.fileBytes else {
                throw ImageError(
                    .limit, "the file has \(input.length) bytes; the limit is \(limits.fileBytes)", path: path)
            }
            return try JPEGDecoder.decode(input, path: path, limits: limits, isCancelled: isCancelled)
        case .other(let name):
            throw ImageError(.format, "is a file of the format \(name); convert it to PNG or JPEG first", path: path)
        case .empty:
            throw ImageError(.format, "the file is empty; a PNG or JPEG image is expected", path: path)
        case .unknown:
            throw ImageError(.format, "is no image that is known here; a PNG or JPEG image is expected", path: path)
        }
    }
}

extension Image {
    /// Reads a PNG or JPEG file. JPEG pictures are turned upright by their EXIF orientation.
    ///
    /// Throws `FileError` when the file is missing, not regular or unreadable, and `ImageError` when it does not hold a
    /// whole, sound image within `limits`.
    public init(contentsOfFile path: String, limits: ImageLimits = ImageLimits()) throws {
        self = try ImageReader.read(path: path, limits: limits)
    }
}
