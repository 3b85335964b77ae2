import GRLOptimizer
import GRLRestoration
import Testing

/// A network that accepts sizes by a rule and gives `channels` channels at `scale` times the size.
private func probe(
    _ declared: [Int?], channels: Int = 3, scale: Int = 1, accepts: @escaping (_ height: Int, _ width: Int) -> Bool
) -> ContractProbe {
    ContractProbe(declared: declared) { input in
        guard accepts(input[2], input[3]) else { throw RestorationError(.size, "refused") }
        return [1, channels, input[2] * scale, input[3] * scale]
    }
}

@Suite struct ContractProbeTests {
    @Test func declaredSizesAreFixed() throws {
        let result = try probe([1, 3, 72, 144], scale: 4) { $0 == 72 && $1 == 144 }.read()
        #expect(result.size == .fixed(height: 72, width: 144))
        #expect(result.scale == 4)
        #expect(result.inputChannels == 3)
    }

    @Test(arguments: [1, 2, 8, 36, 48, 64, 96, 128, 144]) func multiplesAreFound(_ multiple: Int) throws {
        let result = try probe([1, 3, nil, nil]) { $0.isMultiple(of: multiple) && $1.isMultiple(of: multiple) }.read()
        #expect(result.size == .dynamic(multiple: multiple, minimum: multiple))
    }

    @Test func smallestReflectablePictureIsFound() throws {
        // A network that pads to a multiple of 128 by mirroring needs more pixels than it adds.
        func canReflect(_ length: Int) -> Bool { (128 - length % 128) % 128 < length }
        let result = try probe([nil, 3, nil, nil]) { canReflect($0) && canReflect($1) }.read()
        #expect(result.size == .dynamic(multiple: 1, minimum: 65))
    }

    @Test(arguments: [(256, 256), (96, 144), (40, 40)]) func falselyDynamicSizesAreFixed(
        _ height: Int, _ width: Int
    ) throws {
        let result = try probe([1, nil, nil, nil]) { $0 == height && $1 == width }.read()
        #expect(result.size == .fixed(height: height, width: width))
    }

    @Test func oddFalselyDynamicSizesAreFoundByHints() throws {
        let probe = ContractProbe(declared: [1, 3, nil, nil], hints: [7, 93, 50]) { input in
            guard input[2] == 50, input[3] == 93 else { throw RestorationError(.size, "refused") }
            return input
        }
        #expect(try probe.read().size == .fixed(height: 50, width: 93))
    }

    @Test func masksFixTheSize() throws {
        func accepts(_ input: [Int]) throws -> [Int] {
            guard input[2] * input[3] % 384 == 0 else { throw RestorationError(.size, "refused") }
            return input
        }
        let known = ContractProbe(
            declared: [1, 3, nil, nil], maskSizes: [RegionMask(height: 16, width: 24)], outputShape: accepts)
        #expect(try known.read().size == .fixed(height: 16, width: 24))
        let unknown = ContractProbe(declared: [1, 3, nil, nil], hints: [24, 16], maskSizes: [], outputShape: accepts)
        #expect(try unknown.read().size == .fixed(height: 24, width: 16))
    }

    @Test func oneDeclaredSideFixesBoth() throws {
        let result = try probe([1, 1, 64, nil], channels: 1) { $0 == 64 && $1 == 128 }.read()
        #expect(result.size == .fixed(height: 64, width: 128))
    }

    @Test func channelsAreTriedWhereUndeclared() throws {
        let result = try ContractProbe(declared: [nil, nil, nil, nil]) { input in
            guard input[1] == 6 else { throw RestorationError(.channels, "refused") }
            return [1, 3, input[2], input[3]]
        }.read()
        #expect(result.inputChannels == 6)
        #expect(result.outputChannels == 3)
    }

    @Test(arguments: [[1, 1000], [1, 3, 32, 32], [2, 3, 64, 64], [1, 3, 64, 65]])
    func outputsThatAreNoPictureAreNamed(_ output: [Int]) throws {
        let error = #expect(throws: RestorationError.self) {
            try ContractProbe(declared: [1, 3, 64, 64]) { _ in output }.read()
        }
        #expect(error?.code == .contract)
        #expect(error?.message.contains("\(output)") == true)
    }

    @Test func inputsThatAreNoPictureAreNamed() {
        for (declared, text) in [([1, 1000], "[1, 1000]"), ([4, 3, 64, 64], "4"), ([1, 3, 0, 64], "0")] {
            let error = #expect(throws: RestorationError.self) {
                try ContractProbe(declared: declared) { $0 }.read()
            }
            #expect(error?.message.contains(text) == true)
        }
    }

    @Test func refusalOfEverySizeTellsTheFirstReason() {
        let error = #expect(throws: RestorationError.self) {
            try probe([1, 3, nil, nil]) { _, _ in false }.read()
        }
        #expect(error?.message.contains("refused") == true)
        #expect(error?.message.contains("[1, 3, 64, 64]") == true)
    }
}
