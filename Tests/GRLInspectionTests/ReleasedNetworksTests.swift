import GRLInspection
import Testing

/// Which networks are called by what they were released as.
@Suite struct ReleasedNetworksTests {
    typealias Network = NetworkDescription

    /// A network that was released, as `Models/export/configurations.py` has it.
    struct Release: Sendable, CustomTestStringConvertible {
        let task: String
        let size: Network.Size
        let window: Int
        let stripe: [Int]
        var anchorFactor = 4
        var channels = [3, 3]
        var scale = 1
        var upsampler = Network.Upsampler.none

        var testDescription: String { "\(size) for \(task), \(channels), ×\(scale)" }

        static let all: [Release] = {
            var all: [Release] = []
            for channels in [[1, 1], [3, 3]] {
                for size in [Network.Size.tiny, .small] {
                    all.append(
                        Release(task: "denoising", size: size, window: 16, stripe: [64, 128], channels: channels))
                }
                all.append(
                    Release(
                        task: "denoising", size: .base, window: 32, stripe: [64, 128], anchorFactor: 2,
                        channels: channels))
                all.append(
                    Release(task: "JPEG artefacts", size: .small, window: 36, stripe: [72, 144], channels: channels))
            }
            for scale in 2...4 {
                for (size, factor, upsampler) in [
                    (Network.Size.tiny, 4, Network.Upsampler.pixelShuffleDirect), (.small, 4, .pixelShuffle),
                    (.base, 2, .pixelShuffle),
                ] {
                    all.append(
                        Release(
                            task: "super-resolution", size: size, window: 32, stripe: [64, 64], anchorFactor: factor,
                            scale: scale, upsampler: upsampler))
                }
            }
            for channels in [[3, 3], [6, 3]] {
                all.append(
                    Release(task: "defocus deblurring", size: .base, window: 16, stripe: [48, 96], channels: channels))
            }
            return all + [
                Release(
                    task: "real-world super-resolution", size: .base, window: 16, stripe: [32, 64], scale: 4,
                    upsampler: .nearestConvolution),
                Release(task: "motion deblurring", size: .base, window: 12, stripe: [48, 96]),
                Release(task: "demosaicking", size: .small, window: 8, stripe: [32, 32]),
            ]
        }()

        /// What a graph tells of it: that of a small network, but for what makes this one.
        func network() throws -> Network {
            let model = try StagedModel(contentsOfFile: Fixtures.path("plain-ts17"))
            var network = try #require(NetworkReader.read(model))
            let isBase = size == .base
            network.channels = [.tiny: 64, .small: 128, .base: 180][size] ?? 0
            network.depths = isBase ? [4, 4, 8, 8, 8, 4, 4] : [4, 4, 4, 4]
            network.windowHeads = network.depths.map { _ in isBase ? 3 : 2 }
            network.stripe?.heads = network.windowHeads
            network.hasLocalConnection = isBase
            network.window = [window, window]
            network.stripe?.size = stripe
            network.stripe?.anchorFactor = anchorFactor
            (network.inputChannels, network.outputChannels) = (channels[0], channels[1])
            (network.scale, network.upsampler) = (scale, upsampler)
            return network
        }
    }

    @Test(arguments: Release.all) func releasedNetworksAreNamed(release: Release) throws {
        let network = try release.network()
        #expect(ReleasedNetworks.size(of: network) == release.size)
        #expect(ReleasedNetworks.task(of: network) == release.task)
    }

    /// Each of these is not the network that was released.
    @Test(arguments: Release.all) func nearMissesAreCustom(release: Release) throws {
        let network = try release.network()
        let otherSizes: [(inout Network) -> Void] = [
            { $0.channels += 4 }, { $0.depths[0] += 2 }, { $0.depths.removeLast() }, { $0.windowHeads[1] *= 2 },
            { $0.stripe?.heads[1] *= 2 }, { $0.hasLocalConnection.toggle() }, { $0.mlpRatio = 4 }, { $0.stripe = nil },
        ]
        for change in otherSizes {
            var other = network
            change(&other)
            #expect(ReleasedNetworks.size(of: other) == nil && ReleasedNetworks.task(of: other) == nil)
        }
        let otherTasks: [(inout Network) -> Void] = [
            { $0.window = [24, 24] }, { $0.window = nil }, { $0.stripe?.size = [24, 24] },
            { $0.stripe?.size[0] = nil }, { $0.stripe?.anchorFactor = 8 },
            { $0.stripe?.anchorProjection = .maximumPool }, { $0.stripe?.anchorSteps = 2 },
            { $0.stripe?.isShifted = false }, { $0.isWindowShifted = false }, { $0.isCosine = false },
            { $0.projection = .separableConvolution }, { $0.isProjectionBiased = false },
            { $0.stageConvolution = .three }, { $0.scale = 8 }, { $0.inputChannels = 2 }, { $0.pixelRange = 255 },
            { $0.upsampler = $0.upsampler == .pixelShuffle ? .nearestConvolution : .pixelShuffle },
        ]
        for change in otherTasks {
            var other = network
            change(&other)
            #expect(ReleasedNetworks.size(of: other) == release.size)
            #expect(ReleasedNetworks.task(of: other) == nil)
        }
    }

    /// What a graph that was not lifted leaves open does not speak against it.
    @Test func whatIsNotToldIsTakenAsReleased() throws {
        var network = try Release.all[0].network()
        (network.isCosine, network.isWindowShifted) = (nil, nil)
        network.stripe?.isShifted = nil
        #expect(ReleasedNetworks.task(of: network) == "denoising")
    }
}
