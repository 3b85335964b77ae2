import CImage

/// Reads one PNG image row by row.
enum PNGDecoder {
    /// Throws `ImageError`, `FileError`, or `CancellationError` once `isCancelled` answers true.
    static func decode(
        _ input: cimage_input, path: String?, limits: ImageLimits, isCancelled: () -> Bool
    ) throws -> Image {
        var input = input
        var native = limits.native
        var layout = cimage_png_layout()
        var opened: OpaquePointer?
        try cimage_png_decoder_open(&input, &native, &layout, &opened).check(path: path)
        guard let decoder = opened else { throw ImageError(.memory, "the PNG decoder did not start", path: path) }
        defer { cimage_png_decoder_destroy(decoder) }

        var image = try Image(
            width: Int(layout.width), height: Int(layout.height), bitDepth: layout.bit_depth == 16 ? .sixteen : .eight,
            colorModel: layout.colour_samples == 3 ? .rgb : .gray, hasAlpha: layout.alpha_samples == 1, limits: limits)
        let (height, rowBytes) = (image.height, image.rowByteCount)
        try image.withUnsafeMutableBytes { bytes in
            for _ in 0..<layout.passes {
                for row in 0..<height {
                    if row % 16 == 0, isCancelled() { throw CancellationError() }
                    let start = bytes.baseAddress?.advanced(by: row * rowBytes).assumingMemoryBound(to: UInt8.self)
                    try cimage_png_decoder_read_row(decoder, start).check(path: path)
                }
            }
        }
        try cimage_png_decoder_finish(decoder).check(path: path)
        image.metadata = metadata(of: decoder)
        return image
    }

    private static func metadata(of decoder: OpaquePointer) -> ImageMetadata {
        var metadata = ImageMetadata()
        for index in 0..<cimage_png_decoder_chunk_count(decoder) {
            let chunk = cimage_png_decoder_chunk(decoder, index)
            let letters = (0..<4).map { UInt8(truncatingIfNeeded: chunk.type >> (24 - 8 * $0)) }
            metadata.chunks.append(
                ImageMetadata.Chunk(
                    type: String(decoding: letters, as: UTF8.self),
                    payload: Array(UnsafeBufferPointer(start: chunk.bytes, count: chunk.length))))
        }
        metadata.droppedChunkCount = cimage_png_decoder_dropped_chunks(decoder)
        return metadata
    }
}
