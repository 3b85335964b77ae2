import CZlib
import Foundation
import GRLCheckpoint
import GRLTensor

/// Files that no honest program writes.
enum HostileFile {
    /// A ZIP archive of stored entries.
    ///
    /// - Parameters:
    ///   - method: what the entries claim to be compressed with.
    ///   - claimedSize: what every entry claims to hold; the truth by default.
    ///   - overlaps: whether the second entry's header is said to be that of the first.
    static func archive(
        _ entries: [(name: String, bytes: [UInt8])], method: Int = 0, claimedSize: Int? = nil, overlaps: Bool = false
    ) -> [UInt8] {
        var file: [UInt8] = []
        var directory: [UInt8] = []
        for entry in entries {
            let offset = overlaps ? 0 : file.count
            let size = little(claimedSize ?? entry.bytes.count, 4)
            let stored = method == 0 ? size : little(entry.bytes.count, 4)
            let common =
                little(20, 2) + little(0, 2) + little(method, 2) + little(0, 4) + little(checksum(entry.bytes), 4)
                + stored + size + little(entry.name.utf8.count, 2) + little(0, 2)
            directory +=
                little(0x0201_4B50, 4) + little(20, 2) + common + little(0, 10) + little(offset, 4)
                + Array(entry.name.utf8)
            file += little(0x0403_4B50, 4) + common + Array(entry.name.utf8) + entry.bytes
        }
        let start = file.count
        return file + directory + little(0x0605_4B50, 4) + little(0, 4) + little(entries.count, 2)
            + little(entries.count, 2) + little(directory.count, 4) + little(start, 4) + little(0, 2)
    }

    /// A PyTorch archive with one storage of float32 zeros.
    static func torch(_ program: [UInt8], storage count: Int = 6) -> [UInt8] {
        archive([("a/data.pkl", program), ("a/data/0", [UInt8](repeating: 0, count: 4 * count))])
    }

    /// A safetensors file.
    static func safetensors(_ header: String, data count: Int = 8) -> [UInt8] {
        little(header.utf8.count, 8) + Array(header.utf8) + [UInt8](repeating: 0, count: count)
    }

    /// Reads a file with each of its bytes changed in turn, by one bit and wholly; that it ends is what is asked.
    static func sweep(_ whole: [UInt8]) {
        for position in whole.indices {
            for mask in [1 << UInt8(position % 8), 0xFF] as [UInt8] {
                var damaged = whole
                damaged[position] ^= mask
                _ = try? code(of: damaged)
            }
        }
    }

    static func little(_ value: Int, _ count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        for index in 0..<count { bytes.append(UInt8(truncatingIfNeeded: value >> (8 * min(index, 7)))) }
        return bytes
    }

    private static func checksum(_ bytes: [UInt8]) -> Int { Int(crc32_z(0, bytes, bytes.count)) }
}

/// A pickled program, written instruction by instruction.
struct Pickle {
    private(set) var bytes: [UInt8] = [0x80, 2]

    static let emptyDictionary: UInt8 = 0x7D
    static let emptyTuple: UInt8 = 0x29
    static let mark: UInt8 = 0x28
    static let tuple: UInt8 = 0x74
    static let reduce: UInt8 = 0x52
    static let setItem: UInt8 = 0x73

    func raw(_ codes: UInt8...) -> Pickle { adding(codes) }

    func adding(_ codes: [UInt8]) -> Pickle {
        var copy = self
        copy.bytes += codes
        return copy
    }

    func text(_ text: String) -> Pickle {
        adding([0x58] + HostileFile.little(text.utf8.count, 4) + Array(text.utf8))
    }

    func integer(_ value: Int) -> Pickle { adding([0x8A, 8] + HostileFile.little(value, 8)) }

    func global(_ module: String, _ name: String) -> Pickle { adding([0x63] + Array("\(module)\n\(name)\n".utf8)) }

    /// `{'w': _rebuild_tensor_v2(storage, offset, sizes, strides)}`, with the last instruction `STOP`.
    static func tensor(
        sizes: [Int], strides: [Int], offset: Int = 0, count: Int = 6, key: String = "0", type: String = "FloatStorage"
    ) -> [UInt8] {
        var program = Pickle().raw(emptyDictionary).text("w").global("torch._utils", "_rebuild_tensor_v2")
            .raw(mark, mark).text("storage").global("torch", type).text(key).text("cpu").integer(count).raw(tuple, 0x51)
            .integer(offset)
        for numbers in [sizes, strides] {
            program = numbers.reduce(program.raw(mark)) { $0.integer($1) }.raw(tuple)
        }
        return program.raw(tuple, reduce, setItem, 0x2E).bytes
    }
}

/// The code of the error that reading `bytes` throws; nil where it is read.
func code(of bytes: [UInt8], limits: CheckpointLimits = CheckpointLimits()) throws -> String? {
    let path = NSTemporaryDirectory() + "grl-\(UUID().uuidString)"
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    do {
        _ = try Checkpoint(contentsOfFile: path, limits: limits)
        return nil
    } catch let error as CheckpointError {
        return error.code.rawValue
    } catch let error as NumPyError {
        return error.code.rawValue
    } catch let error as TensorError {
        return error.code.rawValue
    }
}

func fixture(_ name: String) -> String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures/\(name)").path
}
