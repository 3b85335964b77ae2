package import GRLOptimizer

/// Finds the sizes and channels that a network accepts, by asking it for the output's shape at several input shapes.
///
/// What a file declares cannot be trusted: many exports declare dynamic sizes and hold masks of one size. So a size is
/// believed once shape inference succeeds there and gives `[1, C', s·H, s·W]`.
package struct ContractProbe {
    /// What was found.
    package struct Result: Equatable {
        package let inputChannels: Int
        package let outputChannels: Int
        package let scale: Int
        package let size: ModelContract.Size
    }

    /// An accepted input shape and what comes out.
    private struct Match {
        let channels: Int
        let height: Int
        let width: Int
        let outputChannels: Int
        let scale: Int
    }

    /// Tried first where the file declares no size, then every multiple of 8.
    private static let commonSizes = [64, 128, 256, 96, 192, 144, 48, 72, 32, 512, 320, 384, 288, 224, 160, 16, 8]
    private static let largestSize = 768
    private static let largestScale = 64
    private static let commonChannels = [3, 1, 6, 4, 2]

    private static let hintLimit = 24

    private let declared: [Int?]
    private let hints: [Int]
    private let maskSizes: [RegionMask]?
    private let outputShape: ([Int]) throws -> [Int]?

    /// - Parameters:
    ///   - declared: the input's dimensions `[N, C, H, W]` in the file; nil where any will do.
    ///   - hints: numbers in the network that may be a height or a width, the likeliest first.
    ///   - maskSizes: the sizes that masks in the network were made for; empty where they do not tell, nil where there
    ///     are no masks. A network with masks runs at one size alone, whatever inference accepts.
    ///   - outputShape: the output's dimensions for the input's. Throws when the network refuses the input; nil where
    ///     the output's size depends on the picture's contents.
    package init(
        declared: [Int?], hints: [Int] = [], maskSizes: [RegionMask]? = nil,
        outputShape: @escaping ([Int]) throws -> [Int]?
    ) {
        self.declared = declared
        self.hints = Array(hints.prefix(Self.hintLimit))
        self.maskSizes = maskSizes
        self.outputShape = outputShape
    }

    /// - Throws: a ``RestorationError`` (`contract`) that tells what was found.
    package func read() throws -> Result {
        guard declared.count == 4 else {
            throw RestorationError(
                .contract,
                "the input has the shape \(text(declared)); an image model takes [1, channels, height, width]")
        }
        guard declared[0] ?? 1 == 1 else {
            throw RestorationError(
                .contract, "the input is a batch of \(text(declared)); export the model for a batch of 1")
        }
        if declared.contains(where: { $0.map { $0 < 1 } ?? false }) {
            throw RestorationError(.contract, "the input's shape \(text(declared)) holds no pixel")
        }
        let base = try findMatch()
        return Result(
            inputChannels: base.channels, outputChannels: base.outputChannels, scale: base.scale, size: size(of: base))
    }

    /// The first plausible input that the network accepts.
    private func findMatch() throws -> Match {
        let channels = declared[1].map { [$0] } ?? Self.commonChannels
        var refusal: (input: [Int], reason: String)?
        for (height, width) in candidates() {
            for channel in channels {
                do {
                    return try match(channel, height, width)
                } catch let error as CancellationError {
                    throw error
                } catch {
                    if refusal == nil { refusal = ([1, channel, height, width], "\(error)") }
                }
            }
        }
        let found = refusal.map { "with the input \($0.input): \($0.reason)" } ?? "no size was tried"
        let sizes =
            declared[2] == nil || declared[3] == nil ? "no picture size from 8 to \(Self.largestSize) runs; " : ""
        throw RestorationError(.contract, "the model is not one from image to image: \(sizes)\(found)")
    }

    /// Heights and widths to try, the most plausible ones first.
    private func candidates() -> [(Int, Int)] {
        let likely = Self.commonSizes + hints.filter { !Self.commonSizes.contains($0) }
        let others = stride(from: 8, through: Self.largestSize, by: 8).filter { !likely.contains($0) }
        let sizes = likely + others
        switch (declared[2], declared[3]) {
        case (let height?, let width?): return [(height, width)]
        case (let height?, nil): return sizes.map { (height, $0) }
        case (nil, let width?): return sizes.map { ($0, width) }
        case (nil, nil):
            let guesses = sizes.map { ($0, $0) } + pairs(hints) + pairs(Self.commonSizes)
            guard let maskSizes else { return guesses }
            return maskSizes.map { ($0.height, $0.width) } + guesses.sorted { $0.0 * $0.1 < $1.0 * $1.1 }
        }
    }

    /// Each of `lengths` as a height with each other one as a width.
    private func pairs(_ lengths: [Int]) -> [(Int, Int)] {
        lengths.flatMap { height in lengths.filter { $0 != height }.map { (height, $0) } }
    }

    /// Runs the network's shape inference.
    ///
    /// - Throws: what the inference throws, or a ``RestorationError`` when the output is no picture of `scale` times
    ///   the input's size.
    private func match(_ channels: Int, _ height: Int, _ width: Int) throws -> Match {
        guard let output = try outputShape([1, channels, height, width]) else {
            throw RestorationError(.contract, "the output's size depends on the picture's contents")
        }
        guard output.count == 4, output[0] == 1, output[1] >= 1 else {
            throw RestorationError(.contract, "the output has the shape \(output), not [1, channels, height, width]")
        }
        let scale = output[2] / height
        guard (1...Self.largestScale).contains(scale), output[2] == scale * height, output[3] == scale * width else {
            throw RestorationError(
                .contract,
                "the output \(output) is not a whole number of times as large as the input, up to "
                    + "\(Self.largestScale)")
        }
        return Match(channels: channels, height: height, width: width, outputChannels: output[1], scale: scale)
    }

    /// Whether the network accepts this size too and does the same there.
    private func accepts(_ height: Int, _ width: Int, like base: Match) -> Bool {
        guard let match = try? match(base.channels, height, width) else { return false }
        return match.outputChannels == base.outputChannels && match.scale == base.scale
    }

    /// Fixed where only the size of `base` runs, else the smallest multiple and the smallest size.
    private func size(of base: Match) -> ModelContract.Size {
        let fixed = ModelContract.Size.fixed(height: base.height, width: base.width)
        guard declared[2] == nil, declared[3] == nil, maskSizes == nil, base.height == base.width else { return fixed }
        let length = base.height
        let multiple = (1...length).first { step in
            length.isMultiple(of: step) && accepts(length + step, length + 2 * step, like: base)
                && accepts(length + 3 * step, length, like: base)
        }
        guard let multiple else { return fixed }
        var (refused, accepted) = (0, length / multiple)
        while accepted - refused > 1 {
            let middle = (refused + accepted) / 2
            if accepts(middle * multiple, middle * multiple, like: base) {
                accepted = middle
            } else {
                refused = middle
            }
        }
        return .dynamic(multiple: multiple, minimum: accepted * multiple)
    }

    private func text(_ dimensions: [Int?]) -> String {
        "[" + dimensions.map { $0.map(String.init) ?? "?" }.joined(separator: ", ") + "]"
    }
}
