package import GRLTensor

/// Pictures as tensors `[1, C, H, W]` of `float32`.
extension Tensor {
    /// A picture whose samples are still undefined.
    package static func picture(channels: Int, height: Int, width: Int) throws -> Tensor {
        try Tensor(uninitialized: .float32, shape: Shape([1, channels, height, width]))
    }

    /// A picture of zeros.
    package static func blackPicture(channels: Int, height: Int, width: Int) throws -> Tensor {
        let result = try picture(channels: channels, height: height, width: width)
        try result.withMutableElements(of: Float.self) { $0.update(repeating: 0) }
        return result
    }

    package var pictureChannels: Int { shape[1] }
    package var pictureHeight: Int { shape[2] }
    package var pictureWidth: Int { shape[3] }

    /// The part of `height` × `width` pixels at (`top`, `left`); what lies below or right of the picture is mirrored.
    package func region(top: Int, left: Int, height: Int, width: Int) throws -> Tensor {
        if top == 0, left == 0, height == pictureHeight, width == pictureWidth { return self }
        let result = try Tensor.picture(channels: pictureChannels, height: height, width: width)
        let rows = (0..<height).map { mirrored(top + $0, length: pictureHeight) }
        let columns = (0..<width).map { mirrored(left + $0, length: pictureWidth) }
        let (channels, sourceHeight, sourceWidth) = (pictureChannels, pictureHeight, pictureWidth)
        try withElements(of: Float.self) { source in
            try result.withMutableElements(of: Float.self) { target in
                for channel in 0..<channels {
                    for (y, row) in rows.enumerated() {
                        let from = (channel * sourceHeight + row) * sourceWidth
                        let to = (channel * height + y) * width
                        for (x, column) in columns.enumerated() { target[to + x] = source[from + column] }
                    }
                }
            }
        }
        return result
    }

    /// Channel `index` alone.
    package func channel(_ index: Int) throws -> Tensor {
        let result = try Tensor.picture(channels: 1, height: pictureHeight, width: pictureWidth)
        let count = pictureHeight * pictureWidth
        try withElements(of: Float.self) { source in
            try result.withMutableElements(of: Float.self) { target in
                for pixel in 0..<count { target[pixel] = source[index * count + pixel] }
            }
        }
        return result
    }

    /// The channels of all `pictures`, which have one size, one after the other.
    package static func joiningChannels(of pictures: [Tensor]) throws -> Tensor {
        guard let first = pictures.first else { return try Tensor([Float](), shape: Shape([1, 0, 0, 0])) }
        if pictures.count == 1 { return first }
        let result = try Tensor.picture(
            channels: pictures.reduce(0) { $0 + $1.pictureChannels }, height: first.pictureHeight,
            width: first.pictureWidth)
        try result.withMutableElements(of: Float.self) { target in
            var offset = 0
            for picture in pictures {
                try picture.withElements(of: Float.self) { source in
                    for index in source.indices { target[offset + index] = source[index] }
                    offset += source.count
                }
            }
        }
        return result
    }

    /// One channel, the sum of all weighted by `weights`.
    package func mixingChannels(by weights: [Float]) throws -> Tensor {
        let result = try Tensor.picture(channels: 1, height: pictureHeight, width: pictureWidth)
        let count = pictureHeight * pictureWidth
        try withElements(of: Float.self) { source in
            try result.withMutableElements(of: Float.self) { target in
                for pixel in 0..<count {
                    var sum: Float = 0
                    for (channel, weight) in weights.enumerated() { sum += weight * source[channel * count + pixel] }
                    target[pixel] = sum
                }
            }
        }
        return result
    }

    /// The picture `scale` times as large, bilinear between pixel centres.
    package func enlarged(by scale: Int) throws -> Tensor {
        if scale == 1 { return self }
        let (channels, height, width) = (pictureChannels, pictureHeight, pictureWidth)
        let result = try Tensor.picture(channels: channels, height: height * scale, width: width * scale)
        let rows = interpolation(length: height, scale: scale)
        let columns = interpolation(length: width, scale: scale)
        try withElements(of: Float.self) { source in
            try result.withMutableElements(of: Float.self) { target in
                var index = 0
                for channel in 0..<channels {
                    for row in rows {
                        let upper = (channel * height + row.first) * width
                        let lower = (channel * height + row.second) * width
                        for column in columns {
                            let above = mix(source[upper + column.first], source[upper + column.second], column.weight)
                            let below = mix(source[lower + column.first], source[lower + column.second], column.weight)
                            target[index] = mix(above, below, row.weight)
                            index += 1
                        }
                    }
                }
            }
        }
        return result
    }
}

/// The index that stands at `index` when a row of `length` samples is continued by mirroring it at its ends, again and
/// again; the end samples are not repeated.
package func mirrored(_ index: Int, length: Int) -> Int {
    guard length > 1 else { return 0 }
    let period = 2 * (length - 1)
    let phase = index % period
    return phase < length ? phase : period - phase
}

/// For each of `scale · length` samples: the two source samples around its centre and the weight of the second.
private func interpolation(length: Int, scale: Int) -> [(first: Int, second: Int, weight: Float)] {
    (0..<length * scale).map { index in
        let position = (Float(index) + 0.5) / Float(scale) - 0.5
        let floor = position.rounded(.down)
        let first = index / scale - (position < Float(index / scale) ? 1 : 0)
        return (max(first, 0), min(first + 1, length - 1), position - floor)
    }
}

private func mix(_ a: Float, _ b: Float, _ weight: Float) -> Float { a == b ? a : a + (b - a) * weight }
