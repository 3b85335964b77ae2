extension Image {
    /// Copies the colour samples to `planes`, `[channels, height, width]`, scaled so that the largest sample is 1.
    /// Throws `ImageError` (`shape`) when `planes` is not of that size.
    package func copyColor(to planes: UnsafeMutableBufferPointer<Float>) throws(ImageError) {
        try copyChannels(0..<colorModel.channelCount, to: planes)
    }

    /// Copies the alpha samples to `plane`, `[height, width]`, scaled so that opaque is 1. Throws `ImageError`
    /// (`shape`) when `plane` is not of that size or the image has no alpha.
    package func copyAlpha(to plane: UnsafeMutableBufferPointer<Float>) throws(ImageError) {
        guard hasAlpha else { throw ImageError(.shape, "the image has no alpha") }
        try copyChannels(channelCount - 1..<channelCount, to: plane)
    }

    /// Sets the colour samples from `planes`, `[channels, height, width]`: values are clamped to 0...1, scaled and
    /// rounded to the nearest sample. Throws `ImageError`: `shape` when `planes` is not of that size, `notANumber`,
    /// `memory`.
    package mutating func setColor(from planes: UnsafeBufferPointer<Float>) throws {
        try setChannels(0..<colorModel.channelCount, from: planes)
    }

    /// Sets the alpha samples from `plane`, `[height, width]`, as `setColor` does.
    package mutating func setAlpha(from plane: UnsafeBufferPointer<Float>) throws {
        guard hasAlpha else { throw ImageError(.shape, "the image has no alpha") }
        try setChannels(channelCount - 1..<channelCount, from: plane)
    }

    private func checkCount(_ count: Int, channels: Int) throws(ImageError) {
        guard count == channels * width * height else {
            throw ImageError(
                .shape, "\(count) values do not fit \(channels) planes of \(width) × \(height) pixels")
        }
    }

    private func copyChannels(
        _ channels: Range<Int>, to planes: UnsafeMutableBufferPointer<Float>
    ) throws(ImageError) {
        try checkCount(planes.count, channels: channels.count)
        withUnsafeBytes { bytes in
            switch bitDepth {
            case .eight: unpack(bytes.bindMemory(to: UInt8.self), channels: channels, to: planes)
            case .sixteen: unpack(bytes.bindMemory(to: UInt16.self), channels: channels, to: planes)
            }
        }
    }

    private func unpack<Sample: FixedWidthInteger>(
        _ samples: UnsafeBufferPointer<Sample>, channels: Range<Int>, to planes: UnsafeMutableBufferPointer<Float>
    ) {
        let scale = Float(bitDepth.maximum)
        let (pixels, stride) = (width * height, channelCount)
        for (plane, channel) in channels.enumerated() {
            for pixel in 0..<pixels {
                planes[plane * pixels + pixel] = Float(samples[pixel * stride + channel]) / scale
            }
        }
    }

    private mutating func setChannels(_ channels: Range<Int>, from planes: UnsafeBufferPointer<Float>) throws {
        try checkCount(planes.count, channels: channels.count)
        if let index = planes.firstIndex(where: \.isNaN) {
            let pixel = index % (width * height)
            throw ImageError(
                .notANumber,
                "the value at x = \(pixel % width), y = \(pixel / width), channel \(index / (width * height)) is NaN")
        }
        let (depth, stride, pixels) = (bitDepth, channelCount, width * height)
        try withUnsafeMutableBytes { bytes in
            switch depth {
            case .eight:
                Self.pack(planes, channels: channels, stride: stride, to: bytes.bindMemory(to: UInt8.self), pixels)
            case .sixteen:
                Self.pack(planes, channels: channels, stride: stride, to: bytes.bindMemory(to: UInt16.self), pixels)
            }
        }
    }

    private static func pack<Sample: FixedWidthInteger & UnsignedInteger>(
        _ planes: UnsafeBufferPointer<Float>, channels: Range<Int>, stride: Int,
        to samples: UnsafeMutableBufferPointer<Sample>, _ pixels: Int
    ) {
        let scale = Float(Sample.max)
        for (plane, channel) in channels.enumerated() {
            for pixel in 0..<pixels {
                let value = max(0, min(1, planes[plane * pixels + pixel]))
                samples[pixel * stride + channel] = Sample(truncatingIfNeeded: Int32(value * scale + 0.5))
            }
        }
    }
}
