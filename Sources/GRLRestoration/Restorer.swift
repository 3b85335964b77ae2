public import GRLImaging
public import GRLRuntime
package import GRLTensor

/// Restores pictures with a model.
///
/// Any picture goes through any image model: colours and sizes are brought to what the model takes and back (see
/// ``ModelContract``). A model of a fixed size runs in overlapping tiles of its own size, blended smoothly. The result
/// has the picture's bit depth and metadata, and is the same to the bit however many threads work on it.
///
/// ```swift
/// let restorer = try Restorer(model: Model(contentsOfFile: "model.onnx"))
/// let restored = try await restorer.restore(Image(contentsOfFile: "noisy.png"))
/// try restored.write(toFile: "restored.png")
/// ```
public struct Restorer: Sendable {
    private static let largestSide = 1 << 20
    /// One part in so many of what a run needs by its plan is added for what no plan knows: the heap's and the
    /// libraries' own.
    private static let reserve = 16

    /// The sizes of results are bounded by memory alone: a model may enlarge a picture that was near the limits.
    private static let resultLimits = {
        var limits = ImageLimits()
        limits.side = largestSide
        limits.pixels = 1 << 32
        limits.memory = 1 << 36
        return limits
    }()

    /// What the model takes and gives.
    public let contract: ModelContract
    /// How the restorer works.
    public let options: RestorerOptions
    private let network: any ImageNetwork

    /// Prepares a model.
    ///
    /// - Throws: a ``RestorationError``: `contract` when the model is not one from image to image, `options`; what
    ///   ``Session`` throws when the model cannot run.
    public init(model: Model, options: RestorerOptions = RestorerOptions()) throws {
        try options.validate()
        let session = try Session(
            model, options: SessionOptions(threads: options.threads, memoryLimit: options.memoryLimit))
        let contract = try ModelContract(of: model)
        try self.init(
            network: SessionNetwork(session: session, contract: contract), contract: contract, options: options)
    }

    package init(
        network: any ImageNetwork, contract: ModelContract, options: RestorerOptions = RestorerOptions()
    ) throws {
        try options.validate()
        self.network = network
        self.contract = contract
        self.options = options
    }

    /// The restored picture.
    ///
    /// - Parameter progress: called when work begins, now and then, and after each tile; one call at a time.
    /// - Throws: `CancellationError` when the task is cancelled; a ``RestorationError``; what ``Session`` and ``Image``
    ///   throw.
    public func restore(
        _ image: Image, progress: @escaping @Sendable (RestorationProgress) -> Void = { _ in }
    ) async throws -> Image {
        try await restore(views: [image], progress: progress)
    }

    /// The restored picture of a scene of which two views were taken through the two halves of a lens. The result has
    /// the bit depth, alpha and metadata of the left view.
    ///
    /// - Throws: as ``restore(_:progress:)`` does; a ``RestorationError`` (`size`, `channels`) when the views differ in
    ///   size or colours.
    public func restore(
        left: Image, right: Image, progress: @escaping @Sendable (RestorationProgress) -> Void = { _ in }
    ) async throws -> Image {
        guard left.width == right.width, left.height == right.height else {
            throw RestorationError(
                .size,
                "the left view has \(left.width)×\(left.height) pixels, the right one \(right.width)×\(right.height); "
                    + "both must be of one size")
        }
        guard left.colorModel == right.colorModel else {
            throw RestorationError(.channels, "one view is gray and the other one is not; both must be alike")
        }
        return try await restore(views: [left, right], progress: progress)
    }

    /// How many tiles a picture of this size is cut into; 1 where it runs whole.
    ///
    /// - Throws: as ``restore(_:progress:)`` does before it runs anything.
    public func tileCount(width: Int, height: Int) throws -> Int { try grid(height: height, width: width).count }

    private func restore(
        views: [Image], progress: @escaping @Sendable (RestorationProgress) -> Void
    ) async throws -> Image {
        let first = views[0]
        let route = try ColorRoute(color: first.colorModel, views: views.count, contract: contract)
        let alphaRoute =
            first.hasAlpha && options.alpha == .restore
            ? try ColorRoute(color: .gray, views: views.count, contract: contract) : nil
        var result = try Image(
            width: first.width * contract.scale, height: first.height * contract.scale, bitDepth: first.bitDepth,
            colorModel: route.result, hasAlpha: first.hasAlpha && options.alpha != .drop, limits: Self.resultLimits)
        result.metadata = first.metadata

        let runs = try runs(height: first.height, width: first.width)
        let passes = route.passes + (alphaRoute?.passes ?? 0)
        let meter = ProgressMeter(tileCount: passes * runs.reduce(0) { $0 + $1.1.count }, report: progress)

        let color = try await run(views.map { try $0.colorTensor() }, route: route, runs, meter)
        try color.withElements(of: Float.self) { try result.setColor(from: $0) }
        if result.hasAlpha {
            var alpha = try first.alphaTensor()
            if let alphaRoute {
                let planes = Array(repeating: alpha, count: views.count)
                alpha = try await run(planes, route: alphaRoute, runs, meter).channel(0)
            } else {
                alpha = try alpha.enlarged(by: contract.scale)
            }
            try alpha.withElements(of: Float.self) { try result.setAlpha(from: $0) }
        }
        return result
    }

    /// What the network makes of samples that stand in no file, such as a picture with noise that leaves the range from
    /// 0 to 1. Neither cut off nor rounded.
    ///
    /// - Parameter views: the colour channels of one picture or of two views, each `[1, C, H, W]`.
    /// - Returns: `[1, C', s·H, s·W]`.
    /// - Throws: as ``restore(_:progress:)`` does.
    package func restore(
        samples views: [Tensor], progress: @escaping @Sendable (RestorationProgress) -> Void = { _ in }
    ) async throws -> Tensor {
        guard let first = views.first, views.allSatisfy({ $0.shape == first.shape }), first.shape.rank == 4,
            first.shape[0] == 1, first.elementType == .float32, [1, 3].contains(first.pictureChannels)
        else { throw RestorationError(.channels, "no pictures of 1 or 3 channels, alike in size, were given") }
        let color: Image.ColorModel = first.pictureChannels == 1 ? .gray : .rgb
        let route = try ColorRoute(color: color, views: views.count, contract: contract)
        let runs = try runs(height: first.pictureHeight, width: first.pictureWidth)
        let meter = ProgressMeter(tileCount: route.passes * runs.reduce(0) { $0 + $1.1.count }, report: progress)
        return try await run(views, route: route, runs, meter)
    }

    /// The symmetries whose results are averaged, each with the tiles of a picture of this size.
    private func runs(height: Int, width: Int) throws -> [(ImageSymmetry, TileGrid)] {
        try symmetries.map { symmetry in
            (
                symmetry,
                try symmetry.transposes ? grid(height: width, width: height) : grid(height: height, width: width)
            )
        }
    }

    /// The symmetries whose results are averaged.
    private var symmetries: [ImageSymmetry] {
        guard options.ensemble else { return [.identity] }
        if case .fixed(let height, let width) = contract.size, height != width { return ImageSymmetry.flips }
        return ImageSymmetry.all
    }

    private func grid(height: Int, width: Int) throws -> TileGrid {
        guard (1...Self.largestSide).contains(height), (1...Self.largestSide).contains(width) else {
            throw RestorationError(.size, "a picture of \(width)×\(height) pixels cannot be restored")
        }
        let planes = contract.inputChannels + 2 * contract.outputChannels * contract.scale * contract.scale
        let planeBytes = planes * height * width * MemoryLayout<Float>.size
        return try TilePlanner(
            contract: contract, tile: options.tile, overlap: options.overlap,
            memoryLimit: options.memoryLimit.map { $0 - planeBytes },
            peakBytes: { [network] height, width in
                try network.peakBytes(height: height, width: width).map { $0 &+ min($0 / Self.reserve, Int.max - $0) }
            }
        ).grid(height: height, width: width)
    }

    /// Brings the channels of all views through the network, once for each pass and symmetry.
    private func run(
        _ views: [Tensor], route: ColorRoute, _ runs: [(ImageSymmetry, TileGrid)], _ meter: ProgressMeter
    ) async throws -> Tensor {
        var outputs: [Tensor] = []
        for input in try route.inputs(from: views) {
            outputs.append(try await mean(of: input, runs, meter))
        }
        return try route.output(from: outputs)
    }

    /// The mean of the network's results over all symmetries.
    private func mean(
        of input: Tensor, _ runs: [(ImageSymmetry, TileGrid)], _ meter: ProgressMeter
    ) async throws -> Tensor {
        var sum: Tensor?
        for (symmetry, grid) in runs {
            let tiles = TiledRun(network: network, contract: contract, grid: grid, notANumber: options.notANumber)
            let restored = try await tiles.run(symmetry.applied(to: input), progress: meter)
            if runs.count == 1 { return restored }
            let total = try sum ?? zeroResult(for: input)
            try symmetry.addInverse(of: restored, times: 1 / Float(runs.count), to: total)
            sum = total
        }
        return try sum ?? zeroResult(for: input)
    }

    private func zeroResult(for input: Tensor) throws -> Tensor {
        let scale = contract.scale
        return try Tensor.blackPicture(
            channels: contract.outputChannels, height: input.pictureHeight * scale, width: input.pictureWidth * scale)
    }
}
