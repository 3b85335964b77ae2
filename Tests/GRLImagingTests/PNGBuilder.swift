import CZlib

/// Builds PNG files from parts, sound or not, without the encoder that is tested.
struct PNGBuilder {
    static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

    private(set) var bytes = signature
    /// Where each chunk begins.
    private(set) var chunkOffsets: [Int] = []

    mutating func add(_ type: String, _ data: [UInt8] = [], damagesChecksum: Bool = false) {
        chunkOffsets.append(bytes.count)
        let content = Array(type.utf8) + data
        let checksum = UInt32(truncatingIfNeeded: crc32_z(0, content, content.count)) ^ (damagesChecksum ? 1 : 0)
        bytes += bigEndian(UInt32(data.count)) + content + bigEndian(checksum)
    }

    mutating func addHeader(
        _ width: UInt32, _ height: UInt32, depth: UInt8 = 8, colorType: UInt8 = 0, interlace: UInt8 = 0
    ) {
        add("IHDR", bigEndian(width) + bigEndian(height) + [depth, colorType, 0, 0, interlace])
    }
}

func bigEndian(_ value: UInt32) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) }
}

/// A zlib stream of `data`.
func deflated(_ data: [UInt8]) -> [UInt8] {
    var length = compressBound(uLong(data.count))
    var result = [UInt8](repeating: 0, count: Int(length))
    _ = compress(&result, &length, data, uLong(data.count))
    return Array(result.prefix(Int(length)))
}

/// A picture of any kind that PNG knows, whose samples are given by a formula.
struct SampleKind: Sendable, CustomStringConvertible {
    var width = 9
    var height = 11
    var depth = 8
    var colorType = 0
    var isInterlaced = false
    var hasTransparency = false

    static let palette: [[UInt8]] = (0..<256).map { [UInt8($0), UInt8(255 - $0), UInt8($0 * 7 % 256)] }
    static let paletteAlpha: [UInt8] = (0..<100).map { UInt8($0 * 2) }

    var samplesPerPixel: Int { [0: 1, 2: 3, 3: 1, 4: 2, 6: 4][colorType] ?? 1 }
    var maximum: Int { (1 << depth) - 1 }
    var description: String {
        "\(width)x\(height) depth \(depth) type \(colorType) interlaced \(isInterlaced) tRNS \(hasTransparency)"
    }

    func sample(_ x: Int, _ y: Int, _ channel: Int) -> Int { (x * 1543 + y * 3079 + channel * 7919 + x * y) & maximum }

    /// The samples of the pixel at (1, 0), which tRNS makes transparent.
    var keyColor: [Int] { (0..<samplesPerPixel).map { sample(1, 0, $0) } }

    /// What a reader must make of the pixel: colour samples, then alpha; depths below 8 scaled up.
    func expected(_ x: Int, _ y: Int) -> [Int] {
        let samples = (0..<samplesPerPixel).map { sample(x, y, $0) }
        if colorType == 3 {
            let alpha = samples[0] < Self.paletteAlpha.count ? Int(Self.paletteAlpha[samples[0]]) : 255
            return Self.palette[samples[0]].map(Int.init) + (hasTransparency ? [alpha] : [])
        }
        let scaled = depth < 8 ? samples.map { $0 * 255 / maximum } : samples
        return scaled + (hasTransparency ? [samples == keyColor ? 0 : depth == 16 ? 65_535 : 255] : [])
    }

    /// The whole file; `extra` chunks stand before, `trailing` ones behind the image data, which is cut into two
    /// chunks.
    func file(extra: [(String, [UInt8])] = [], trailing: [(String, [UInt8])] = []) -> [UInt8] {
        var builder = PNGBuilder()
        builder.addHeader(
            UInt32(width), UInt32(height), depth: UInt8(depth), colorType: UInt8(colorType),
            interlace: isInterlaced ? 1 : 0)
        for (type, data) in extra { builder.add(type, data) }
        if colorType == 3 { builder.add("PLTE", Self.palette.prefix(maximum + 1).flatMap { $0 }) }
        if hasTransparency {
            let key = keyColor.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] }
            builder.add("tRNS", colorType == 3 ? Array(Self.paletteAlpha.prefix(maximum + 1)) : key)
        }
        let data = deflated(scanlines)
        builder.add("IDAT", Array(data.prefix(data.count / 2)))
        builder.add("IDAT", Array(data.dropFirst(data.count / 2)))
        for (type, data) in trailing { builder.add(type, data) }
        builder.add("IEND")
        return builder.bytes
    }

    /// All rows of all passes, each behind its filter type; the five filters take turns.
    var scanlines: [UInt8] {
        let adam7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
        var result: [UInt8] = []
        for (x0, y0, dx, dy) in isInterlaced ? adam7 : [(0, 0, 1, 1)] {
            var above: [UInt8]?
            let columns = Array(stride(from: x0, to: width, by: dx))
            guard !columns.isEmpty else { continue }
            for (index, y) in stride(from: y0, to: height, by: dy).enumerated() {
                let row = packed(columns, y)
                result += filtered(row, above: above ?? [UInt8](repeating: 0, count: row.count), type: index % 5)
                above = row
            }
        }
        return result
    }

    private func packed(_ columns: [Int], _ y: Int) -> [UInt8] {
        let samples = columns.flatMap { x in (0..<samplesPerPixel).map { sample(x, y, $0) } }
        if depth == 16 { return samples.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] } }
        let perByte = 8 / depth
        return stride(from: 0, to: samples.count, by: perByte).map { start in
            (0..<perByte).reduce(UInt8(0)) { byte, index in
                let value = start + index < samples.count ? samples[start + index] : 0
                return byte | UInt8(value) << UInt8(8 - depth * (index + 1))
            }
        }
    }

    private func filtered(_ row: [UInt8], above: [UInt8], type: Int) -> [UInt8] {
        let step = max(1, samplesPerPixel * depth / 8)
        return [UInt8(type)]
            + row.indices.map { index in
                let left = index >= step ? Int(row[index - step]) : 0
                let corner = index >= step ? Int(above[index - step]) : 0
                let up = Int(above[index])
                let gradient = left + up - corner
                let distances = (abs(gradient - left), abs(gradient - up), abs(gradient - corner))
                let paeth =
                    distances.0 <= distances.1 && distances.0 <= distances.2
                    ? left : distances.1 <= distances.2 ? up : corner
                return row[index] &- UInt8([0, left, up, (left + up) / 2, paeth][type])
            }
    }
}
