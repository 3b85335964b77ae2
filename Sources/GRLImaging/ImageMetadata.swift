import CImage

/// What accompanies a picture's samples, kept as PNG chunks: iCCP, gAMA, cHRM, sRGB, cICP, mDCV, cLLI, pHYs, eXIf,
/// tEXt, zTXt and iTXt.
///
/// Payloads are carried as they stand and interpreted by nobody on the way. What a reader keeps is bounded: 256 chunks,
/// 4 MiB each, 16 MiB together, and all compressed ones must inflate to at most 32 MiB together; the rest is dropped
/// and counted.
package struct ImageMetadata: Sendable, Equatable {
    /// One ancillary PNG chunk.
    package struct Chunk: Sendable, Equatable {
        /// The four letters, such as "iCCP".
        package let type: String
        package let payload: [UInt8]

        package init(type: String, payload: [UInt8]) {
            self.type = type
            self.payload = payload
        }

        /// The letters as a number, the first one highest.
        var code: UInt32 { type.utf8.prefix(4).reduce(0) { $0 << 8 | UInt32($1) } }
    }

    package var chunks: [Chunk] = []
    /// Chunks that a reader dropped because they were malformed, duplicated or beyond a bound.
    package var droppedChunkCount = 0

    package init() {}

    /// The metadata that fits an image of the given colour model: an ICC profile for other colours is left out, as PNG
    /// demands.
    package func fitting(_ colorModel: Image.ColorModel) -> ImageMetadata {
        var result = self
        let wanted: UInt32 = colorModel == .gray ? 0x4752_4159 : 0x5247_4220  // 'GRAY', 'RGB '
        result.chunks.removeAll { chunk in
            chunk.type == "iCCP"
                && chunk.payload.withUnsafeBufferPointer { cimage_icc_colour_space($0.baseAddress, $0.count) } != wanted
        }
        return result
    }

    /// Adds an ICC profile in PNG's spelling.
    mutating func setColorProfile(_ profile: [UInt8]) {
        let capacity = cimage_icc_chunk_bound(profile.count)
        let payload = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
            count = cimage_icc_chunk(profile, profile.count, buffer.baseAddress, capacity)
        }
        if !payload.isEmpty {
            chunks.append(Chunk(type: "iCCP", payload: payload))
        }
    }

    /// Adds a resolution in pixels per metre.
    mutating func setResolution(x: UInt32, y: UInt32) {
        let payload = [x, y].flatMap { value in (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) } }
        chunks.append(Chunk(type: "pHYs", payload: payload + [1]))
    }
}
