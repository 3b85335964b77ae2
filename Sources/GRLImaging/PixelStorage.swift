import Glibc

/// The zero-filled bytes of one image.
///
/// `@unchecked Sendable`: the bytes change only through an `Image` that holds the sole reference.
final class PixelStorage: @unchecked Sendable {
    let bytes: UnsafeMutableRawBufferPointer

    /// Throws `memory` when the system refuses.
    init(byteCount: Int) throws(ImageError) {
        guard let start = calloc(max(byteCount, 1), 1) else {
            throw ImageError(.memory, "not enough memory for the \(byteCount) bytes of an image")
        }
        bytes = UnsafeMutableRawBufferPointer(start: start, count: byteCount)
    }

    deinit { free(bytes.baseAddress) }
}
