import GRLInspection
import Testing

/// What graphs tell of the networks that they were exported from.
@Suite struct NetworkTests {
    typealias Fixture = FixtureIndex.Fixture

    @Test func fixturesAreThere() {
        #expect(FixtureIndex.fixtures("GRL").count >= 60)
        #expect(FixtureIndex.fixtures("SwinIR").count >= 4)
        #expect(FixtureIndex.fixtures("RCAN").count >= 3)
    }

    @Test(arguments: FixtureIndex.fixtures("GRL")) func grlEqualsExporter(fixture: Fixture) throws {
        let configuration = fixture.configuration
        let model = try fixture.model()
        let network = try #require(NetworkReader.read(model))
        #expect(network.family == .grl)
        #expect(network.size == nil)
        #expect(network.inputChannels == configuration.inChannels ?? 3)
        #expect(network.outputChannels == configuration.outChannels ?? 3)
        #expect(network.scale == configuration.upscale ?? 1)
        #expect(network.upsampler.rawValue == configuration.upsampler ?? "")
        #expect(network.channels == configuration.embedDim)
        #expect(network.depths == configuration.depths)
        #expect(network.window == configuration.windowSize.map { [$0, $0] })
        #expect(network.windowHeads == configuration.numHeadsWindow)
        #expect(network.projection.rawValue == configuration.qkvProjType ?? "linear")
        #expect(network.isProjectionBiased == configuration.qkvBias ?? true)
        #expect(network.hasLocalConnection == configuration.localConnection ?? false)
        #expect(network.mlpRatio == configuration.mlpRatio)
        #expect(network.stageConvolution?.rawValue == configuration.convType ?? "1conv")
        #expect(network.pixelRange == configuration.imgRange ?? 1)

        let stripe = try #require(network.stripe)
        #expect(stripe.heads == configuration.numHeadsStripe)
        #expect(stripe.anchorFactor == configuration.anchorWindowDownFactor)
        #expect(stripe.anchorProjection?.rawValue == configuration.anchorProjType ?? "avgpool")
        #expect((stripe.anchorSteps == 1) == (configuration.anchorOneStage ?? true))
        // Of a fixed export stripes that are parts of the image have the size that they have there.
        let isCut = configuration.stripeGroups?.contains(2) ?? false
        let size: [Int?]? = isCut && !fixture.dynamic ? [4, 8] : configuration.stripeSize
        #expect(stripe.size == size)
        let groups: [Int?] = isCut && fixture.dynamic ? [nil, 2] : [nil, nil]
        #expect(stripe.groups == groups)

        // What is not lifted does not tell how windows are shifted and padded.
        guard model.isFreeOfSize else { return }
        let channels = try #require(configuration.embedDim)
        let headSizes = configuration.numHeadsWindow?.map { channels / 2 / $0 }
        #expect(network.windowHeadSizes == headSizes)
        let stripeHeadSizes = configuration.numHeadsStripe?.map { channels / 2 / $0 }
        #expect(stripe.headSizes == stripeHeadSizes)
        #expect(network.isWindowShifted == true)
        let showsShift = configuration.depths?.contains { $0 > 2 } ?? false
        #expect(stripe.isShifted == (showsShift ? configuration.stripeShift : nil))
        #expect(network.isCosine == true)
        let lengths: [Int?] = [configuration.windowSize] + (configuration.stripeSize ?? [])
        let multiple = lengths.compactMap { $0 }.max()
        #expect(network.padMultiple == (isCut ? 8 : multiple))
    }

    @Test(arguments: FixtureIndex.fixtures("SwinIR")) func swinIREqualsExporter(fixture: Fixture) throws {
        let configuration = fixture.configuration
        let network = try #require(NetworkReader.read(try fixture.model()))
        #expect(network.title == "SwinIR-like" && network.unrecognizedParts.isEmpty)
        #expect(network.stripe == nil)
        #expect(network.inputChannels == 3 && network.outputChannels == 3)
        #expect(network.scale == configuration.upscale ?? 1)
        #expect(network.upsampler.rawValue == configuration.upsampler ?? "")
        #expect(network.channels == configuration.embedDim)
        #expect(network.depths == configuration.depths)
        #expect(network.window == configuration.windowSize.map { [$0, $0] })
        #expect(network.windowHeads == configuration.numHeads)
        #expect(network.mlpRatio == configuration.mlpRatio)
        #expect(network.isCosine == false)
        #expect(network.isWindowShifted == true)
        #expect(network.stageConvolution == .one3x3)
        #expect(network.padMultiple == configuration.windowSize)
    }

    /// Networks that have windows, and parts that SwinIR does not have.
    @Test(arguments: [
        ("hat-ts17", ["attention of windows of 4×4 to 6×6 tokens", "convolutions with GELU"]),
        ("srformer-ts17", ["attention of windows of 8×8 to 4×4 tokens", "convolutions with GELU"]),
    ])
    func whatIsNotRecognisedIsTold(name: String, parts: [String]) throws {
        let network = try #require(NetworkReader.read(StagedModel(contentsOfFile: Fixtures.path(name))))
        #expect(network.unrecognizedParts == parts)
        #expect(
            network.title == "SwinIR-like, with parts that are not recognised: \(parts.joined(separator: ", "))")
    }

    @Test(arguments: FixtureIndex.fixtures("RCAN")) func networksWithoutWindowsAreNotRecognised(fixture: Fixture) throws
    {
        #expect(NetworkReader.read(try fixture.model()) == nil)
    }

    @Test(arguments: FixtureIndex.all) func exporterIsGuessed(fixture: Fixture) throws {
        let model = try StagedModel(contentsOfFile: Fixtures.path(fixture.name), through: .imported)
        let exporter = Exporter(model)
        #expect(exporter.kind == (fixture.exporter == "dynamo" ? .dynamo : .torchScript))
        // A graph of the newer exporter that stays dynamic has nodes of its own that look renamed.
        guard !(fixture.dynamic && fixture.exporter == "dynamo") else { return }
        #expect(exporter.simplifier?.rawValue == fixture.simplifier)
    }
}
