import Foundation
import GRLCheckpoint
import Testing

/// Attacks on the reader of PyTorch archives.
@Suite struct HostileTorchTests {
    @Test func theBuildersMakeReadableFiles() throws {
        #expect(try code(of: HostileFile.torch(Pickle.tensor(sizes: [2, 3], strides: [3, 1]))) == nil)
    }

    @Test(
        arguments: [
            ("os", "system"), ("posix", "system"), ("builtins", "eval"), ("__builtin__", "exec"),
            ("subprocess", "Popen"),
            ("os.path", "join"), ("importlib", "import_module"),
        ])
    func callsOfTheSystemAreRefused(module: String, name: String) throws {
        let program = Pickle().global(module, name).raw(Pickle.mark).text("touch /tmp/attacked")
            .raw(Pickle.tuple, Pickle.reduce, 0x2E)
        #expect(try code(of: HostileFile.torch(program.bytes)) == "CKPT_UNSAFE")
        let stacked = Pickle().text(module).text(name).raw(0x93, Pickle.emptyTuple, Pickle.reduce, 0x2E)
        #expect(try code(of: HostileFile.torch(stacked.bytes)) == "CKPT_UNSAFE")
    }

    @Test(
        arguments: [
            // EXT1, EXT2, EXT4, INST, OBJ, PERSID, LONG4, LONG1 of nine bytes, text integer, next buffer.
            [0x83, 1, 0], [0x84, 1, 0, 0, 0], [0x8A, 9, 0, 0, 0, 0, 0, 0, 0, 0, 1], [0x82, 1],
            [0x69, 0x61, 0x0A, 0x62, 0x0A], [0x28, 0x6F], [0x50, 0x61, 0x0A], [0x8B, 0, 0, 0, 0x80],
            [0x49, 0x31, 0x0A], [0x97], [0xFF],
            // Takes from an empty stack; goes to no mark; recalls nothing; calls a number; no protocol.
            [0x30], [0x74], [0x68, 9], [0x4B, 1, 0x29, 0x52], [0x80, 9],
            // Takes more than stands above a mark.
            [0x4B, 1, 0x28, 0x85], [0x4B, 1, 0x28, 0x28, 0x61],
            // Items of a number; an odd item; elements of a dictionary.
            [0x4B, 1, 0x4B, 1, 0x4B, 1, 0x73], [0x7D, 0x28, 0x4B, 1, 0x75], [0x7D, 0x4B, 1, 0x61],
            // A string of 2 GB, of 2^63 bytes, not UTF-8; a name without an end.
            [0x58, 0xFF, 0xFF, 0xFF, 0x7F], [0x8D, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F],
            [0x8D, 0, 0, 0, 0, 0, 0, 0, 0x80], [0x55, 1, 0xFF], [0x63, 0x61],
            // Two values at the end; an open mark; a storage that is none.
            [0x4B, 1, 0x4B, 1, 0x2E], [0x4B, 1, 0x28, 0x2E], [0x4B, 1, 0x51],
        ] as [[UInt8]])
    func malformedPrograms(instructions: [UInt8]) throws {
        #expect(try code(of: HostileFile.torch(Pickle().adding(instructions).bytes)) == "CKPT_PICKLE")
    }

    @Test(
        arguments: [
            // Beyond the storage: by size, stride, offset, each near the largest number.
            ([7], [1], 0, "CKPT_TENSOR"), ([2, 3], [4, 1], 0, "CKPT_TENSOR"), ([6], [1], 1, "CKPT_TENSOR"),
            ([2], [Int.max], 0, "CKPT_TENSOR"), ([3], [Int.max], 0, "SIZE_OVERFLOW"),
            ([2], [Int.max], 9, "SIZE_OVERFLOW"), ([1], [1], Int.max, "CKPT_TENSOR"),
            ([0], [1], Int.max, "CKPT_TENSOR"),
            // Negative numbers; ranks that differ; impossible shapes.
            ([2], [-1], 3, "CKPT_TENSOR"), ([2], [1], -1, "CKPT_TENSOR"), ([-2], [1], 0, "DIM_NEGATIVE"),
            ([2, 3], [1], 0, "CKPT_TENSOR"), ([1 << 62], [0], 0, "SIZE_OVERFLOW"),
            ([65536, 65536, 65536, 65536], [0, 0, 0, 0], 0, "SIZE_OVERFLOW"),
            ([Int](repeating: 1, count: 9), [Int](repeating: 1, count: 9), 0, "RANK_LIMIT"),
            // One number repeated two billion times.
            ([Int(Int32.max)], [0], 0, "CKPT_LIMIT"),
        ])
    func viewsThatDoNotFit(sizes: [Int], strides: [Int], offset: Int, expected: String) throws {
        let program = Pickle.tensor(sizes: sizes, strides: strides, offset: offset)
        #expect(try code(of: HostileFile.torch(program)) == expected)
    }

    @Test func storagesThatDoNotFit() throws {
        for (count, key, type) in [
            (5, "0", "FloatStorage"), (7, "0", "FloatStorage"), (6, "0", "DoubleStorage"), (6, "1", "FloatStorage"),
            (6, "../data.pkl", "FloatStorage"), (Int.max / 4, "0", "FloatStorage"), (6, "0", "ComplexFloatStorage"),
        ] {
            let program = Pickle.tensor(sizes: [1], strides: [1], count: count, key: key, type: type)
            #expect(try code(of: HostileFile.torch(program)) == "CKPT_TENSOR", "\(count) \(key) \(type)")
        }
        let overflowing = Pickle.tensor(sizes: [1], strides: [1], count: Int.max)
        #expect(try code(of: HostileFile.torch(overflowing)) == "SIZE_OVERFLOW")
    }

    @Test func depthAndRepetitionCostNothing() throws {
        // Lists in lists, 50,000 deep; tuples in tuples, 200,000 deep.
        let deep = [UInt8](repeating: 0x5D, count: 50_000) + [UInt8](repeating: 0x61, count: 49_999)
        let nested = Pickle().raw(Pickle.emptyDictionary).text("x").adding(deep).raw(Pickle.setItem, 0x2E)
        #expect(try code(of: HostileFile.torch(nested.bytes)) == "CKPT_EMPTY")
        let tuples = [UInt8(0x29)] + [UInt8](repeating: 0x85, count: 200_000)
        let wrapped = Pickle().raw(Pickle.emptyDictionary).text("x").adding(tuples).raw(Pickle.setItem, 0x2E)
        #expect(try code(of: HostileFile.torch(wrapped.bytes)) == "CKPT_EMPTY")
        // A value that is kept under the number 10^9.
        let far = Pickle().raw(Pickle.emptyDictionary).text("x").raw(0x4E, 0x72)
            .adding(HostileFile.little(1_000_000_000, 4)).raw(Pickle.setItem, 0x2E)
        #expect(try code(of: HostileFile.torch(far.bytes)) == "CKPT_EMPTY")
        // A dictionary that holds itself.
        let cycle = Pickle().raw(Pickle.emptyDictionary, 0x71, 0).text("x").raw(0x68, 0, Pickle.setItem, 0x2E)
        #expect(try code(of: HostileFile.torch(cycle.bytes)) == "CKPT_EMPTY")
    }

    /// Each list holds the one before twice: 2^10,000 elements if somebody counted them.
    @Test func repeatedReferencesAreNotUnrolled() throws {
        var body: [UInt8] = [0x5D, 0x71, 0]
        for _ in 0..<10_000 { body += [0x30, 0x5D, 0x68, 0, 0x61, 0x68, 0, 0x61, 0x71, 0] }
        let program = Pickle().raw(Pickle.emptyDictionary).text("x").adding(body).raw(Pickle.setItem, 0x2E)
        #expect(try code(of: HostileFile.torch(program.bytes)) == "CKPT_EMPTY")
    }

    @Test func limitsHold() throws {
        var limits = CheckpointLimits()
        limits.stackDepth = 100
        limits.memoEntries = 100
        limits.instructions = 1000
        let ones = Pickle().adding([UInt8](repeating: 0x4E, count: 200))
        #expect(try code(of: HostileFile.torch(ones.bytes), limits: limits) == "CKPT_LIMIT")
        let marks = Pickle().adding([UInt8](repeating: Pickle.mark, count: 200))
        #expect(try code(of: HostileFile.torch(marks.bytes), limits: limits) == "CKPT_LIMIT")
        let memo = Pickle().raw(0x4E).adding([UInt8](repeating: 0x94, count: 200))
        #expect(try code(of: HostileFile.torch(memo.bytes), limits: limits) == "CKPT_LIMIT")
        let kept = (0..<200).reduce(Pickle().raw(0x4E)) { $0.raw(0x71, UInt8($1 % 256)) }
        #expect(try code(of: HostileFile.torch(kept.bytes), limits: limits) == "CKPT_LIMIT")
        let long = Pickle().adding((0..<600).flatMap { _ in [0x4E, 0x30] as [UInt8] })
        #expect(try code(of: HostileFile.torch(long.bytes), limits: limits) == "CKPT_LIMIT")
        limits.programBytes = 8
        #expect(try code(of: HostileFile.torch(long.bytes), limits: limits) == "CKPT_LIMIT")
    }

    @Test func archivesThatAreTraps() throws {
        let program = Pickle.tensor(sizes: [2, 3], strides: [3, 1])
        let storage = [UInt8](repeating: 0, count: 24)
        let entries = [("a/data.pkl", program), ("a/data/0", storage)]
        #expect(try code(of: HostileFile.archive(entries, overlaps: true)) == "ZIP_STRUCTURE")
        #expect(try code(of: HostileFile.archive(entries + [("a/data/0", storage)])) == "ZIP_STRUCTURE")
        #expect(try code(of: HostileFile.archive(entries + [("../../etc/passwd", storage)])) == "ZIP_STRUCTURE")
        #expect(try code(of: HostileFile.archive(entries + [("/etc/passwd", storage)])) == "ZIP_STRUCTURE")
        #expect(try code(of: HostileFile.archive(entries, method: 8, claimedSize: 1 << 30)) == "ZIP_LIMIT")
        #expect(try code(of: HostileFile.archive(entries, method: 8)) == "CKPT_FORMAT")
        #expect(try code(of: HostileFile.archive(entries, claimedSize: 1 << 20)) == "ZIP_STRUCTURE")
        #expect(try code(of: HostileFile.archive(entries + [("b/data.pkl", program)])) == "CKPT_FORMAT")
        #expect(try code(of: HostileFile.archive(entries + [("a/constants.pkl", [])])) == "CKPT_FORMAT")
        #expect(try code(of: HostileFile.archive(entries + [("a/byteorder", Array("big".utf8))])) == "CKPT_FORMAT")
    }

    /// Cut anywhere, a file is refused; with any byte changed, it is read or refused.
    @Test func truncatedAndDamagedFiles() throws {
        let whole = [UInt8](try Data(contentsOf: URL(fileURLWithPath: fixture("average.pth"))))
        for length in 0..<whole.count {
            #expect(try code(of: Array(whole.prefix(length))) != nil, "\(length) bytes")
        }
        HostileFile.sweep(whole)
    }

    @Test func damagedProgramsEndInErrors() throws {
        let program = Pickle.tensor(sizes: [2, 3], strides: [3, 1])
        for position in 0..<program.count {
            for mask: UInt8 in [0x01, 0x80, 0xFF, 0x10] {
                var damaged = program
                damaged[position] ^= mask
                _ = try? code(of: HostileFile.torch(damaged))
            }
        }
    }
}
