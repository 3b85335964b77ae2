import Foundation
import GRLCheckpoint
import GRLTensor
import Testing

@Suite struct CheckpointTests {
    @Test(arguments: ["tensors.pth", "protocol4.pth", "tensors.safetensors", "tensors.npz"])
    func everyElementTypeAndView(file: String) throws {
        let checkpoint = try Checkpoint(contentsOfFile: fixture(file))
        #expect(checkpoint.dictionaries.count == 1)
        #expect(checkpoint.unknownClasses.isEmpty)
        let entries = try #require(checkpoint.dictionaries.first).entries
        #expect(entries.count == (file.hasSuffix("npz") ? 15 : 16))
        let tensors = Dictionary(uniqueKeysWithValues: entries.map { ($0.name, $0.tensor) })
        func floats(_ name: String) throws -> [Float] { try #require(tensors[name]).elements() }
        #expect(try floats("base") == (0..<24).map(Float.init))
        #expect(tensors["transposed"]?.shape.dimensions == [6, 4])
        #expect(try floats("transposed").prefix(5) == [0, 6, 12, 18, 1])
        #expect(try floats("part") == [8, 9, 10, 14, 15, 16])
        #expect(try floats("repeated") == [0, 1, 2, 0, 1, 2])
        #expect(try floats("parameter") == [1.5, -2])
        #expect(tensors["empty"]?.shape.dimensions == [0, 3])
        #expect(tensors["scalar"]?.shape.rank == 0)
        #expect(try tensors["scalar"]?.elements(of: Int64.self) == [7])
        #expect(try tensors["float64"]?.elements(of: Double.self) == [0.1])
        #expect(try tensors["float16"]?.elements(of: Float16.self) == [0.5, 65504])
        #expect(try tensors["int8"]?.elements(of: Int8.self) == [-1])
        #expect(try tensors["int16"]?.elements(of: Int16.self) == [-2])
        #expect(try tensors["int32"]?.elements(of: Int32.self) == [-3])
        #expect(try tensors["int64"]?.elements(of: Int64.self) == [-4, 1 << 40])
        #expect(try tensors["uint8"]?.elements(of: UInt8.self) == [255])
        #expect(try tensors["bool"]?.elements(of: Bool.self) == [true, false])
        if !file.hasSuffix("npz") {
            #expect(try tensors["bfloat16"]?.elements(of: BFloat16.self).map(\.float) == [1, -3])
        }
    }

    @Test func lightningCheckpointsAreReadAroundWhatIsUnknown() throws {
        let checkpoint = try Checkpoint(contentsOfFile: fixture("lightning.ckpt"))
        #expect(
            checkpoint.dictionaries.map(\.description) == [
                "state_dict (ema_model.module.…)", "callbacks.EMA.ema_weights", "state_dict (model.…)",
            ])
        #expect(checkpoint.dictionaries.map(\.isAverage) == [true, true, false])
        for dictionary in checkpoint.dictionaries {
            #expect(dictionary.entries.map(\.name) == ["conv_first.weight", "conv_first.bias"])
        }
        #expect(try checkpoint.dictionaries[2].entries[0].tensor.elements(of: Float.self) == [1, 1])
        #expect(checkpoint.others.contains("optimizer_states"))
        #expect(checkpoint.others.contains("optimizer"))
        #expect(checkpoint.unknownClasses.contains("framework.callbacks.Callback"))
    }

    @Test func averagesComeFirst() throws {
        let dictionaries = try Checkpoint(contentsOfFile: fixture("average.pth")).dictionaries
        #expect(dictionaries.map(\.place) == ["params_ema", "params"])
        #expect(try dictionaries[0].entries[0].tensor.elements(of: Float.self) == [2, 2])
    }

    @Test func networksOfOneFileAreToldApartByTheirPrefixes() throws {
        let dictionaries = try Checkpoint(contentsOfFile: fixture("adversarial.ckpt")).dictionaries
        #expect(dictionaries.map(\.prefix) == ["model_g.", ""])
        #expect(dictionaries.map { $0.entries[0].name } == ["conv_first.weight", "model_d.conv_first.weight"])
    }

    @Test(
        arguments: [
            ("legacy.pth", "CKPT_LEGACY", "before version 1.6"), ("big_endian.pth", "CKPT_FORMAT", "byte order 'big'"),
            ("complex.pth", "CKPT_TENSOR", "torch.ComplexFloatStorage"),
            ("whole_model.pth", "CKPT_EMPTY", "model.state_dict()"),
            ("make_fixtures.py", "CKPT_FORMAT", "is no checkpoint"),
        ])
    func refusedWithAdvice(file: String, code: String, words: String) {
        let error = #expect(throws: CheckpointError.self) { try Checkpoint(contentsOfFile: fixture(file)) }
        #expect(error?.code.rawValue == code)
        #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
    }

    @Test func tarArchivesAndPointersAreRefusedByName() throws {
        var tar = [UInt8](repeating: 0, count: 512)
        tar.replaceSubrange(257..<262, with: Array("ustar".utf8))
        #expect(try code(of: tar) == "CKPT_LEGACY")
        #expect(try code(of: Array("version https://git-lfs.github.com/spec/v1\n".utf8)) == "CKPT_FORMAT")
        #expect(try code(of: []) == "CKPT_FORMAT")
    }
}
