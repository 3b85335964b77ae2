import Foundation
import GRLCheckpoint
import Testing

/// Attacks on the readers of safetensors and npz files.
@Suite struct HostileArrayTests {
    @Test func theBuilderMakesReadableFiles() throws {
        let header = #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}  "#
        #expect(try code(of: HostileFile.safetensors(header)) == nil)
    }

    @Test(
        arguments: [
            // Type, shape and bytes that do not agree; products that wrap around.
            #"{"a":{"dtype":"F64","shape":[2],"data_offsets":[0,8]}}"#,
            #"{"a":{"dtype":"F8_E4M3","shape":[8],"data_offsets":[0,8]}}"#,
            #"{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}"#,
            #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}"#,
            #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,9]}}"#,
            #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,9223372036854775807]}}"#,
            #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,99999999999999999999]}}"#,
            // Gap, overlap, rest, repeated name, repeated key, unknown key.
            #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#,
            #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#,
            #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#,
            #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#,
            #"{"a":{"dtype":"F32","dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#,
            #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"x":1}}"#,
            // Not the form of a header.
            "{", #"{"a"}"#, #"{"a":1}"#, #"{"a":{}}"#, #"{"a":{"dtype":"F32"}}"#, #"{"a":{"dtype":1}}"#, "{}x",
            "{\"\u{1}\":1}",
            #"{"a":{"dtype":"F32","shape":[2,],"data_offsets":[0,8]}}"#,
            #"{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}"#,
            #"{"a":{"dtype":"F32","shape":[2.0],"data_offsets":[0,8]}}"#, #"{"\ud800":{}}"#, #"{"\q":{}}"#,
            #"{"__metadata__":{"a":[[[[]]]]}}"#,
        ])
    func malformedHeaders(header: String) throws {
        #expect(try code(of: HostileFile.safetensors(header)) == "CKPT_HEADER")
    }

    @Test func deepAndLongHeaders() throws {
        #expect(
            try code(of: HostileFile.safetensors("{\"a\":" + String(repeating: "[", count: 100_000))) == "CKPT_HEADER")
        let wrapping = #"{"a":{"dtype":"U8","shape":[4194305,4194305,211106198978564],"data_offsets":[0,4]}}"#
        #expect(try code(of: HostileFile.safetensors(wrapping, data: 4)) == "SIZE_OVERFLOW")
        for length in [100, 1 << 24, 1 << 32, Int.max] {
            let file = HostileFile.little(length, 8) + Array("{}".utf8)
            #expect(["CKPT_HEADER", "CKPT_FORMAT"].contains(try code(of: file)))
        }
    }

    @Test func truncatedFiles() throws {
        let whole = [UInt8](try Data(contentsOf: URL(fileURLWithPath: fixture("tensors.safetensors"))))
        for length in 0..<whole.count { #expect(try code(of: Array(whole.prefix(length))) != nil, "\(length) bytes") }
        #expect(try code(of: whole + [0]) == "CKPT_HEADER")
        HostileFile.sweep(whole)
    }

    @Test func truncatedAndDamagedArchives() throws {
        let whole = [UInt8](try Data(contentsOf: URL(fileURLWithPath: fixture("tensors.npz"))))
        for length in 0..<whole.count { #expect(try code(of: Array(whole.prefix(length))) != nil, "\(length) bytes") }
        HostileFile.sweep(whole)
    }

    /// Zero-sized tensors that share a place, and a million of them.
    @Test func emptyAndManyTensors() throws {
        let empty = ["a", "b"].map { #""\#($0)":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}"# }
        let rest = #""c":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}"#
        #expect(try code(of: HostileFile.safetensors("{" + (empty + [rest]).joined(separator: ",") + "}")) == nil)
        let outside = #"{"a":{"dtype":"F32","shape":[0],"data_offsets":[9,9]}}"#
        #expect(try code(of: HostileFile.safetensors(outside, data: 0)) == "CKPT_HEADER")
        let many = (0..<100_001).map { #""\#($0)":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}"# }
        let file = HostileFile.safetensors("{" + many.joined(separator: ",") + "}", data: 0)
        #expect(try code(of: file) == "CKPT_LIMIT")
    }

    /// Headers of arrays: objects, shapes that wrap around, lengths beyond the file, code where a literal belongs.
    @Test(
        arguments: [
            "{'descr': '|O', 'fortran_order': False, 'shape': (2,), }",
            "{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904,), }",
            "{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296), }",
            "{'descr': '<f4', 'fortran_order': False, 'shape': (-2,), }",
            "{'descr': '<f4', 'fortran_order': False, 'shape': (1000000,), }",
            "{'descr': '<f4', 'fortran_order': False, 'shape': __import__('os').system('x'), }",
            "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2,), }",
        ])
    func hostileArrayHeaders(header: String) throws {
        func array(length: Int?) -> [UInt8] {
            [0x93] + Array("NUMPY".utf8) + [2, 0] + HostileFile.little(length ?? header.utf8.count, 4)
                + Array(header.utf8) + [UInt8](repeating: 0, count: 8)
        }
        for length in [nil, 1 << 31, 0] {
            #expect(try code(of: HostileFile.archive([("a.npy", array(length: length))])) != nil)
        }
    }

    @Test func archivesOfArrays() throws {
        #expect(try code(of: HostileFile.archive([("a.npy", Array("no array at all".utf8))])) == "NPY_HEADER")
        #expect(try code(of: HostileFile.archive([("a.txt", [1, 2])])) == "CKPT_EMPTY")
        #expect(try code(of: HostileFile.archive([("a.npy", [1])], method: 8, claimedSize: 1 << 30)) == "ZIP_LIMIT")
    }
}
