import CImage

/// Reads one JPEG image, turned upright by its EXIF orientation.
enum JPEGDecoder {
    /// Throws `ImageError`, `FileError`, or `CancellationError` once `isCancelled` answers true.
    static func decode(
        _ input: cimage_input, path: String?, limits: ImageLimits, isCancelled: () -> Bool
    ) throws -> Image {
        var input = input
        var native = limits.native
        var layout = cimage_jpeg_layout()
        var opened: OpaquePointer?
        try cimage_jpeg_decoder_open(&input, &native, &layout, &opened).check(path: path)
        guard let decoder = opened else { throw ImageError(.memory, "the JPEG decoder did not start", path: path) }
        defer { cimage_jpeg_decoder_destroy(decoder) }

        var absorbed = !layout.several_scans
        while !absorbed {
            if isCancelled() { throw CancellationError() }
            try cimage_jpeg_decoder_absorb(decoder, &absorbed).check(path: path)
        }
        var image = try Image(
            width: Int(layout.width), height: Int(layout.height), colorModel: layout.samples == 3 ? .rgb : .gray,
            limits: limits)
        let (height, rowBytes) = (image.height, image.rowByteCount)
        try image.withUnsafeMutableBytes { bytes in
            for row in 0..<height {
                if row % 16 == 0, isCancelled() { throw CancellationError() }
                let start = bytes.baseAddress?.advanced(by: row * rowBytes).assumingMemoryBound(to: UInt8.self)
                try cimage_jpeg_decoder_read_row(decoder, start).check(path: path)
            }
        }
        try cimage_jpeg_decoder_finish(decoder).check(path: path)

        var orientation = ExifOrientation.upright
        image.metadata = metadata(of: decoder, layout: layout, orientation: &orientation)
        return try image.turned(by: orientation, limits: limits)
    }

    private static func metadata(
        of decoder: OpaquePointer, layout: cimage_jpeg_layout, orientation: inout ExifOrientation
    ) -> ImageMetadata {
        var metadata = ImageMetadata()
        let profileLength = cimage_jpeg_decoder_icc_length(decoder)
        if profileLength > 0 {
            metadata.setColorProfile(
                [UInt8](unsafeUninitializedCapacity: profileLength) { buffer, count in
                    cimage_jpeg_decoder_icc(decoder, buffer.baseAddress)
                    count = profileLength
                })
        }
        var exifLength = 0
        var exif: [UInt8] = []
        if let start = cimage_jpeg_decoder_exif(decoder, &exifLength) {
            exif = Array(UnsafeBufferPointer(start: start, count: exifLength))
            orientation = ExifOrientation.extract(from: &exif)
        }
        if layout.pixels_per_metre_x > 0, layout.pixels_per_metre_y > 0 {
            let (x, y) = (layout.pixels_per_metre_x, layout.pixels_per_metre_y)
            metadata.setResolution(x: orientation.swapsSides ? y : x, y: orientation.swapsSides ? x : y)
        }
        if exif.count >= 8 {
            metadata.chunks.append(ImageMetadata.Chunk(type: "eXIf", payload: exif))
        }
        return metadata
    }
}
