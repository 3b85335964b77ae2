import Glibc

/// A regular file that is open for reading. Pipes, devices and directories are refused without blocking.
package final class InputFile: Sendable {
    package let path: String
    /// Positioned at the start of the file; closed when the object goes away.
    package let descriptor: Int32
    /// The size in bytes at the time of opening.
    package let size: Int

    /// Throws `notFound`, `notRegular`, `unreadable`, or `tooLarge` when the file exceeds `limit` bytes.
    package init(path: String, limit: Int) throws(FileError) {
        let opened = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard opened >= 0 else {
            let number = errno
            let code: FileError.Code = number == ENOENT || number == ENOTDIR ? .notFound : .unreadable
            throw FileError(code, path: path, "cannot open the file", errno: number)
        }
        var status = stat()
        guard fstat(opened, &status) == 0 else {
            let number = errno
            Glibc.close(opened)
            throw FileError(.unreadable, path: path, "cannot examine the file", errno: number)
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            Glibc.close(opened)
            throw FileError(.notRegular, path: path, "is \(fileKind(status.st_mode)), not a regular file")
        }
        guard status.st_size <= limit else {
            Glibc.close(opened)
            throw FileError(.tooLarge, path: path, "has \(status.st_size) bytes; the limit is \(limit)")
        }
        self.path = path
        self.descriptor = opened
        self.size = Int(status.st_size)
    }

    /// Fills `buffer` from byte `offset` of the file; throws `unreadable` when reading fails or the file ends earlier.
    package func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(FileError) {
        let count = try readSome(into: buffer, at: offset)
        guard count == buffer.count else {
            throw FileError(
                .unreadable, path: path, "ends at byte \(offset + count) while it is read; has it been changed?")
        }
    }

    /// Reads up to `count` bytes from the start of the file.
    package func prefix(_ count: Int) throws(FileError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: max(0, count))
        var failure: FileError?
        let length = bytes.withUnsafeMutableBytes { buffer in
            do throws(FileError) {
                return try readSome(into: buffer, at: 0)
            } catch {
                failure = error
                return 0
            }
        }
        if let failure { throw failure }
        return Array(bytes.prefix(length))
    }

    private func readSome(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(FileError) -> Int {
        var done = 0
        while done < buffer.count {
            let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
            let count = pread(descriptor, rest.baseAddress, rest.count, off_t(offset + done))
            if count > 0 {
                done += count
            } else if count == 0 {
                break
            } else if errno != EINTR {
                throw FileError(.unreadable, path: path, "reading failed", errno: errno)
            }
        }
        return done
    }

    deinit { close(descriptor) }
}

/// Which file a path leads to, so that two spellings of one file can be told from two files.
package struct FileIdentity: Equatable, Sendable {
    private let device: UInt
    private let inode: UInt

    /// nil when nothing stands at the path.
    package init?(path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        device = UInt(status.st_dev)
        inode = UInt(status.st_ino)
    }
}

/// What a file mode denotes, in words.
func fileKind(_ mode: mode_t) -> String {
    switch mode & S_IFMT {
    case S_IFREG: "a regular file"
    case S_IFDIR: "a directory"
    case S_IFLNK: "a symbolic link"
    case S_IFIFO: "a named pipe"
    case S_IFSOCK: "a socket"
    default: "a device"
    }
}
