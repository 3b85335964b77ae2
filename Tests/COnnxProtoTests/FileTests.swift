import COnnxProto
import Foundation
import Testing

/// Files that are no files, and the confinement of external data.
@Suite final class FileTests {
    let folder: String

    init() throws {
        folder = NSTemporaryDirectory() + "onnx-files-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder + "/below", withIntermediateDirectories: true)
        for name in ["weights.bin", "below/more.bin"] {
            try Data(name.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
        }
    }

    deinit {
        try? FileManager.default.removeItem(atPath: folder)
    }

    func openCode(_ path: String, limits: onnx_limits = onnx_limits_default()) -> String {
        do {
            _ = try Document(path: path, limits: limits)
            return "OK"
        } catch {
            return (error as? Failure)?.code ?? "\(error)"
        }
    }

    @Test func otherThanRegularFiles() throws {
        #expect(openCode(folder + "/absent.onnx") == "FILE_NOT_FOUND")
        #expect(openCode(folder + "/weights.bin/x") == "FILE_NOT_FOUND")
        #expect(openCode(folder) == "FILE_NOT_REGULAR")
        #expect(openCode("/dev/zero") == "FILE_NOT_REGULAR")
        #expect(mkfifo(folder + "/pipe", 0o600) == 0)
        #expect(openCode(folder + "/pipe") == "FILE_NOT_REGULAR")
        #expect(symlink("loop", folder + "/loop") == 0)
        #expect(openCode(folder + "/loop") == "FILE_UNREADABLE")
    }

    @Test func largeFilesAreRefusedBySize() throws {
        let path = folder + "/sparse"
        #expect(FileManager.default.createFile(atPath: path, contents: nil))
        #expect(truncate(path, 1 << 31) == 0)
        #expect(openCode(path) == "FILE_TOO_LARGE")
        #expect(truncate(path, 101) == 0)
        var limits = onnx_limits_default()
        limits.file_bytes = 100
        #expect(openCode(path, limits: limits) == "FILE_TOO_LARGE")
    }

    /// Opens external data by both ways, which must agree, and returns the code or the content.
    func external(_ location: String) throws -> String {
        var directory = onnx_directory(descriptor: -1)
        var failure = onnx_failure()
        #expect(onnx_directory_open(&directory, folder, &failure) == ONNX_OK)
        defer { onnx_directory_close(&directory) }
        let results = [onnx_external_open, onnx_external_open_stepwise].map { open -> String in
            var file = onnx_external_file()
            let status = open(&directory, location, &file, &failure)
            defer { onnx_external_close(&file) }
            guard status == ONNX_OK else { return String(cString: onnx_status_name(status)) }
            var content = [UInt8](repeating: 0, count: Int(file.length))
            #expect(onnx_external_read(&file, 1, &content, file.length, &failure) == ONNX_FILE_CHANGED)
            #expect(onnx_external_read(&file, 0, &content, file.length, &failure) == ONNX_OK)
            return String(decoding: content, as: UTF8.self)
        }
        #expect(results[0] == results[1])
        return results[0]
    }

    @Test func filesBelowTheDirectoryAreOpened() throws {
        #expect(try external("weights.bin") == "weights.bin")
        #expect(try external("./weights.bin") == "weights.bin")
        #expect(try external("below/more.bin") == "below/more.bin")
        #expect(try external("absent.bin") == "FILE_NOT_FOUND")
        #expect(try external("weights.bin/x") == "FILE_NOT_FOUND")
    }

    @Test(arguments: [
        "../x", "/etc/passwd", "a/../../x", "below/../weights.bin", "", ".", "..", "./", "below//more.bin", "below/",
        "\\\\?\\x", "*/_ORT_MEM_ADDR_/*", String(repeating: "a/", count: 2500) + "a",
        String(repeating: "a", count: 300),
    ])
    func otherLocationsAreRefused(location: String) throws {
        #expect(try external(location) == "EXT_PATH")
    }

    @Test func linksAreRefused() throws {
        #expect(symlink("weights.bin", folder + "/link.bin") == 0)
        #expect(try external("link.bin") == "EXT_PATH")
        #expect(symlink("below", folder + "/linked") == 0)
        #expect(try external("linked/more.bin") == "EXT_PATH")
        #expect(symlink("/etc", folder + "/etc") == 0)
        #expect(try external("etc/passwd") == "EXT_PATH")
        #expect(link(folder + "/weights.bin", folder + "/second.bin") == 0)
        #expect(try external("second.bin") == "EXT_PATH")
    }

    @Test func otherKindsOfFilesAreRefused() throws {
        #expect(mkfifo(folder + "/pipe", 0o600) == 0)
        #expect(try external("pipe") == "EXT_PATH")
        #expect(try external("below") == "EXT_PATH")
    }

    /// While one thread keeps replacing the file by a link to another one and back, opening gives the file or an error,
    /// never the other one's content.
    @Test func swappedFilesAreNotFollowed() async throws {
        let folder = folder
        try Data("own".utf8).write(to: URL(fileURLWithPath: folder + "/swapped.bin"))
        let swapping = Task.detached {
            for _ in 0..<5000 where !Task.isCancelled {
                symlink("/etc/passwd", folder + "/a")
                rename(folder + "/a", folder + "/swapped.bin")
                _ = FileManager.default.createFile(atPath: folder + "/b", contents: Data("own".utf8))
                rename(folder + "/b", folder + "/swapped.bin")
            }
        }
        var directory = onnx_directory(descriptor: -1)
        var failure = onnx_failure()
        #expect(onnx_directory_open(&directory, folder, &failure) == ONNX_OK)
        defer { onnx_directory_close(&directory) }
        var opened = 0
        for round in 0..<10_000 {
            var file = onnx_external_file()
            let open = round % 2 == 0 ? onnx_external_open : onnx_external_open_stepwise
            guard open(&directory, "swapped.bin", &file, &failure) == ONNX_OK else { continue }
            opened += 1
            #expect(file.length <= 3)
            onnx_external_close(&file)
        }
        swapping.cancel()
        await swapping.value
        #expect(opened > 0)
    }
}
