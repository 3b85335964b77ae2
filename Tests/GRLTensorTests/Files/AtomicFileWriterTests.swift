import Foundation
import GRLTensor
import Testing

@Suite struct AtomicFileWriterTests {
    private func write(_ text: String, to path: String, overwrite: Bool) throws {
        let writer = try AtomicFileWriter(path: path, overwrite: overwrite)
        try Array(text.utf8).withUnsafeBytes { try writer.write($0) }
        try writer.commit()
    }

    private func code(_ body: () throws -> Void) -> FileError.Code? {
        do {
            try body()
            return nil
        } catch {
            return (error as? FileError)?.code
        }
    }

    @Test func createsAndReplaces() throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("out")
        try write("one", to: path, overwrite: false)
        #expect(try bytes(of: path) == Array("one".utf8))
        #expect(code { try write("two", to: path, overwrite: false) } == .exists)
        #expect(try bytes(of: path) == Array("one".utf8))
        #expect(chmod(path, 0o600) == 0)
        try write("two", to: path, overwrite: true)
        #expect(try bytes(of: path) == Array("two".utf8))
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        #expect(directory.contents == ["out"])
    }

    @Test func nothingStaysWithoutCommit() throws {
        let directory = try TemporaryDirectory()
        do {
            let writer = try AtomicFileWriter(path: directory.file("out"), overwrite: false)
            try [1, 2, 3].withUnsafeBytes { try writer.write($0) }
            #expect(directory.contents.count == 1)
            #expect(directory.contents.first?.hasSuffix(".tmp") == true)
        }
        #expect(directory.contents.isEmpty)
    }

    @Test func doesNotReplaceWhatAppearsMeanwhile() throws {
        let directory = try TemporaryDirectory()
        let writer = try AtomicFileWriter(path: directory.file("out"), overwrite: false)
        _ = try directory.write([1], to: "out")
        #expect(code { try writer.commit() } == .exists)
        #expect(try bytes(of: directory.file("out")) == [1])
        #expect(directory.contents == ["out"])
    }

    @Test func refusesLinksPipesAndDirectories() throws {
        let directory = try TemporaryDirectory()
        let target = try directory.write([1], to: "target")
        #expect(symlink(target, directory.file("link")) == 0)
        #expect(symlink(directory.file("missing"), directory.file("dangling")) == 0)
        #expect(mkfifo(directory.file("pipe"), 0o600) == 0)
        #expect(mkdir(directory.file("folder"), 0o700) == 0)
        for name in ["link", "dangling", "pipe", "folder", "folder/", "."] {
            #expect(code { try write("x", to: directory.file(name), overwrite: true) } == .notRegular, "\(name)")
        }
        #expect(try bytes(of: target) == [1])
        #expect(directory.contents == ["dangling", "folder", "link", "pipe", "target"])
    }

    @Test func directoriesAndNamesThatCannotBeUsed() throws {
        let directory = try TemporaryDirectory()
        let long = String(repeating: "a", count: 300)
        for path in ["", directory.file("missing/out"), directory.file(long), "/proc/out"] {
            #expect(code { try write("x", to: path, overwrite: true) } == .cannotCreate, "\(path)")
        }
        #expect(directory.contents.isEmpty)
    }

    @Test func failedWriteLeavesTheOldFile() throws {
        let directory = try TemporaryDirectory()
        let path = try directory.write([7], to: "out")
        let writer = try AtomicFileWriter(path: path, overwrite: true)
        close(writer.descriptor)
        let full = open("/dev/full", O_WRONLY)
        try #require(full == writer.descriptor)
        #expect(code { try [1, 2].withUnsafeBytes { try writer.write($0) } } == .writeFailed)
        #expect(try bytes(of: path) == [7])
    }
}

@Suite struct InputFileTests {
    @Test func refusesWhatIsNoRegularFile() throws {
        let directory = try TemporaryDirectory()
        #expect(mkfifo(directory.file("pipe"), 0o600) == 0)
        #expect(symlink(directory.file("loop"), directory.file("loop")) == 0)
        let expected: [(String, FileError.Code)] = [
            (directory.file("pipe"), .notRegular), (directory.path, .notRegular), ("/dev/zero", .notRegular),
            (directory.file("missing"), .notFound), (directory.file("loop"), .unreadable),
        ]
        for (path, code) in expected {
            do {
                _ = try InputFile(path: path, limit: .max)
                Issue.record("\(path) was opened")
            } catch {
                #expect(error.code == code, "\(path)")
            }
        }
        let path = try directory.write([1, 2, 3], to: "three")
        #expect(throws: FileError.self) { try InputFile(path: path, limit: 2) }
        #expect(try InputFile(path: path, limit: 3).prefix(64) == [1, 2, 3])
        #expect(FileIdentity(path: path) == FileIdentity(path: directory.path + "/./three"))
        #expect(FileIdentity(path: path) != FileIdentity(path: directory.path))
    }

    @Test func messagesCarryNoControlCharacters() {
        #expect(printable("a\u{1B}[31m\u{202E}b\n") == "a\\u{1b}[31m\\u{202e}b\\u{a}")
        #expect(printable(String(repeating: "x", count: 300)).count == 201)
    }
}
