import Foundation
import GRLTensor
import Testing

private let magic: [UInt8] = [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59]

private func fixture(_ name: String) -> String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures/\(name)").path
}

private func numPyCode(_ body: () throws -> Void) -> NumPyError.Code? {
    do {
        try body()
        return nil
    } catch {
        return (error as? NumPyError)?.code
    }
}

@Suite struct NpyFileTests {
    @Test func bigEndianAndFortranOrder() throws {
        let big = try NpyFile.read(path: fixture("big_endian.npy"))
        #expect(big.shape.dimensions == [2, 3])
        #expect(try big.elements(of: Float.self) == [0, 1, 2, 3, 4, 5])
        let fortran = try NpyFile.read(path: fixture("fortran.npy"))
        #expect(fortran.shape.dimensions == [2, 3, 4])
        #expect(try fortran.elements(of: Int16.self) == Array(0..<24))
    }

    @Test(arguments: ["object.npy", "structure.npy", "complex.npy"])
    func typesThatTensorsCannotHold(name: String) {
        #expect(numPyCode { _ = try NpyFile.read(path: fixture(name)) } == .elementType)
    }

    @Test func roundTrip() throws {
        let directory = try TemporaryDirectory()
        for shape in [[], [0], [7], [2, 3, 4]] {
            let shape = try Shape(shape)
            let tensor = try Tensor((0..<shape.count).map { Float($0) / 3 }, shape: shape)
            try NpyFile.write(tensor, path: directory.file("a.npy"), overwrite: true)
            let again = try NpyFile.read(path: directory.file("a.npy"))
            #expect(again.shape == shape)
            #expect(try again.elements(of: Float.self) == tensor.elements(of: Float.self))
            #expect(try bytes(of: directory.file("a.npy")).count == 128 + 4 * shape.count)
        }
    }

    @Test func truncatedAnywhere() throws {
        let directory = try TemporaryDirectory()
        let whole = try bytes(of: fixture("big_endian.npy"))
        for length in 0..<whole.count {
            let path = try directory.write(Array(whole.prefix(length)), to: "cut.npy")
            #expect([.header, .data].contains(numPyCode { _ = try NpyFile.read(path: path) }), "\(length) bytes")
        }
        let path = try directory.write(whole + [0], to: "long.npy")
        #expect(numPyCode { _ = try NpyFile.read(path: path) } == .data)
    }

    @Test(
        arguments: [
            ("{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }", nil),
            ("{\"shape\":(1),\"fortran_order\":True,\"descr\":\"<f4\"}", nil),
            ("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", .data),
            ("{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }", .header),
            ("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,), }", .header),
            ("{'descr': '<f4', 'fortran_order': False, 'shape': (1,), 'x': 1}", .header),
            ("{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (1,)}", .header),
            ("{'descr': '<f4', 'fortran_order': 0, 'shape': (1,)}", .header),
            ("{'descr': '<f4', 'fortran_order': False}", .header),
            ("{'descr': '<f4', 'fortran_order': False, 'shape': (1,)} + 1", .header),
            ("{'descr': '<f4' 'fortran_order': False, 'shape': (1,)}", .header),
            ("__import__('os').system('true')", .header),
            ("{'descr': '|O', 'fortran_order': False, 'shape': (1,)}", .elementType),
            ("{'descr': '|f4', 'fortran_order': False, 'shape': (1,)}", .elementType),
            ("{'descr': '|b1', 'fortran_order': False, 'shape': (4,)}", .data),
            ("{", .header), ("", .header),
        ] as [(String, NumPyError.Code?)])
    func headers(text: String, expected: NumPyError.Code?) throws {
        let directory = try TemporaryDirectory()
        let header = magic + [1, 0, UInt8(text.utf8.count), 0] + Array(text.utf8)
        let path = try directory.write(header + [0, 0, 0x80, 0x3F], to: "a.npy")
        var elements: [Float] = []
        #expect(numPyCode { elements = try NpyFile.read(path: path).elements() } == expected)
        #expect(elements == (expected == nil ? [1] : []))
    }

    @Test func impossibleShapesAreTensorErrors() throws {
        let directory = try TemporaryDirectory()
        for shape in ["(4611686018427387904,)", "(4294967296, 4294967296)", "(1, 1, 1, 1, 1, 1, 1, 1, 1)"] {
            let text = "{'descr': '<f4', 'fortran_order': False, 'shape': \(shape)}"
            let path = try directory.write(
                magic + [1, 0, UInt8(text.utf8.count), 0] + Array(text.utf8), to: "a.npy")
            #expect(throws: TensorError.self) { try NpyFile.read(path: path) }
        }
    }
}

@Suite struct NpzArchiveTests {
    private let types: [(name: String, type: ElementType)] = [
        ("f2", .float16), ("f4", .float32), ("f8", .float64), ("i1", .int8), ("i2", .int16), ("i4", .int32),
        ("i8", .int64), ("u1", .uint8), ("u2", .uint16), ("u4", .uint32), ("u8", .uint64), ("b1", .bool),
    ]

    @Test(arguments: ["stored.npz", "deflated.npz"])
    func everyElementType(name: String) throws {
        let archive = try NpzArchive(path: fixture(name))
        for (name, type) in types {
            let tensor = try archive.tensor(named: name)
            #expect(tensor.elementType == type)
            #expect(tensor.shape.dimensions == [2, 3])
        }
        #expect(try archive.tensor(named: "f8").elements(of: Double.self) == [0, 1, 2, 3, 4, 5])
        #expect(try archive.tensor(named: "u8").elements(of: UInt64.self) == [0, 1, 2, 3, 4, 5])
        #expect(try archive.tensor(named: "b1").elements(of: Bool.self) == [false, true, false, true, false, true])
        #expect(numPyCode { _ = try archive.tensor(named: "none") } == .missingEntry)
    }

    @Test func scalarsEmptyArraysAndLongOnes() throws {
        let stored = try NpzArchive(path: fixture("stored.npz"))
        #expect(try stored.tensor(named: "scalar").shape.rank == 0)
        #expect(try stored.tensor(named: "scalar").elements(of: Float.self) == [2.5])
        #expect(try stored.tensor(named: "empty").shape.dimensions == [0, 4])
        let deflated = try NpzArchive(path: fixture("deflated.npz"))
        #expect(try deflated.tensor(named: "ramp").elements(of: Float.self) == (0..<4096).map { Float($0) })
    }

    @Test func roundTrip() throws {
        let directory = try TemporaryDirectory()
        let first = try Tensor([1, 2, 3] as [Float], shape: Shape([3]))
        let second = try Tensor([7] as [Int64], shape: .scalar)
        try NpzArchive.write([("a", first), ("b/c", second)], path: directory.file("x.npz"))
        let archive = try NpzArchive(path: directory.file("x.npz"))
        #expect(archive.names == ["a", "b/c"])
        #expect(try archive.tensor(named: "a").elements(of: Float.self) == [1, 2, 3])
        #expect(try archive.tensor(named: "b/c").elements(of: Int64.self) == [7])
        #expect(
            numPyCode { try NpzArchive.write([("a", first), ("a", first)], path: directory.file("y.npz")) } == .limit)
        #expect(directory.contents == ["x.npz"])
    }

    @Test func memoryBudgetHolds() throws {
        let archive = try NpzArchive(path: fixture("deflated.npz"))
        let allocator = TensorAllocator(limit: 1024)
        #expect(throws: TensorError.self) { try archive.tensor(named: "ramp", allocator: allocator) }
        #expect(try archive.tensor(named: "f4", allocator: allocator).count == 6)
    }

    /// Reads every array; an archive that does not open or read must say so by a typed error.
    private func readAll(_ path: String) throws {
        let archive = try NpzArchive(path: path)
        for name in archive.names { _ = try archive.tensor(named: name) }
    }

    @Test func truncatedAnywhere() throws {
        let directory = try TemporaryDirectory()
        let whole = try bytes(of: fixture("stored.npz"))
        for length in 0..<whole.count {
            let path = try directory.write(Array(whole.prefix(length)), to: "cut.npz")
            #expect(numPyCode { try readAll(path) } == .archive, "\(length) bytes")
        }
    }

    @Test(arguments: ["stored.npz", "deflated.npz"])
    func everyByteDamaged(name: String) throws {
        let directory = try TemporaryDirectory()
        let whole = try bytes(of: fixture(name))
        let path = try directory.write(whole, to: "damaged.npz")
        let file = try #require(FileHandle(forUpdatingAtPath: path))
        for index in whole.indices {
            try file.seek(toOffset: UInt64(index))
            try file.write(contentsOf: [whole[index] ^ 0xFF])
            defer {
                try? file.seek(toOffset: UInt64(index))
                try? file.write(contentsOf: [whole[index]])
            }
            do {
                try readAll(path)
            } catch {
                #expect(error is NumPyError || error is TensorError || error is FileError, "byte \(index): \(error)")
            }
        }
    }

    /// An archive with one entry, changed by `edit`, which gets the offsets of the local and the central header.
    private func edited(_ edit: (inout [UInt8], _ local: Int, _ central: Int) -> Void) throws -> NumPyError.Code? {
        let directory = try TemporaryDirectory()
        let tensor = try Tensor([1] as [Float], shape: Shape([1]))
        try NpzArchive.write([("abc", tensor)], path: directory.file("a.npz"))
        var content = try bytes(of: directory.file("a.npz"))
        edit(&content, 0, 30 + 7 + 128 + 4)
        let path = try directory.write(content, to: "b.npz")
        return numPyCode { try readAll(path) }
    }

    @Test func unsafeOrContradictoryEntries() throws {
        #expect(try edited { _, _, _ in } == nil)
        #expect(
            try edited { bytes, local, central in
                for start in [local + 30, central + 46] { bytes.replaceSubrange(start..<start + 3, with: "../".utf8) }
            } == .archive)
        #expect(
            try edited { bytes, local, central in
                for start in [local + 30, central + 46] { bytes[start] = UInt8(ascii: "/") }
            } == .archive)
        #expect(try edited { bytes, local, _ in bytes[local + 30] = UInt8(ascii: "x") } == .archive)
        #expect(try edited { bytes, local, _ in bytes[local + 8] = 8 } == .archive)
        #expect(
            try edited { bytes, local, central in
                bytes[local + 6] = 1
                bytes[central + 8] = 1
            } == .unsupported)
        #expect(
            try edited { bytes, local, central in
                bytes[local + 8] = 12
                bytes[central + 10] = 12
            } == .unsupported)
        #expect(try edited { bytes, _, central in bytes[central + 42] = 1 } == .archive)
        #expect(
            try edited { bytes, local, central in
                bytes[local + 14] ^= 1
                bytes[central + 16] ^= 1
            } == .entryData)
        // A deflated entry that claims 4 GB from a few bytes.
        #expect(
            try edited { bytes, local, central in
                for start in [local + 8, central + 10] { bytes[start] = 8 }
                for start in [local + 22, central + 24] {
                    bytes.replaceSubrange(start..<start + 4, with: [0xFE, 0xFF, 0xFF, 0xFF])
                }
            } == .limit)
        // The end record counts the one entry twice.
        #expect(
            try edited { bytes, _, _ in
                let end = bytes.count - 22
                bytes[end + 8] = 2
                bytes[end + 10] = 2
            } == .archive)
    }

    @Test func duplicateAndOverlappingEntries() throws {
        let directory = try TemporaryDirectory()
        let tensor = try Tensor([1] as [Float], shape: Shape([1]))
        try NpzArchive.write([("a", tensor), ("b", tensor)], path: directory.file("a.npz"))
        let whole = try bytes(of: directory.file("a.npz"))
        let entry = 30 + 5 + 128 + 4
        var duplicate = whole
        duplicate[entry + 30] = UInt8(ascii: "a")
        duplicate[2 * entry + 51 + 46] = UInt8(ascii: "a")
        let first = try directory.write(duplicate, to: "duplicate.npz")
        #expect(numPyCode { try readAll(first) } == .archive)
        var overlapping = whole
        overlapping.replaceSubrange(2 * entry + 51 + 42..<2 * entry + 51 + 46, with: [0, 0, 0, 0])
        let second = try directory.write(overlapping, to: "overlapping.npz")
        #expect(numPyCode { try readAll(second) } == .archive)
    }
}
