import Glibc

/// Writes a file so that its path shows the old content, or nothing, until the whole new content is on disk.
///
/// The bytes go to a temporary file in the same directory, which `commit` renames after a successful `fsync`. A writer
/// that goes away without `commit` removes its temporary file.
package final class AtomicFileWriter {
    /// The temporary file, for code that writes to a descriptor itself.
    package let descriptor: Int32
    private let path: String
    private let name: String
    private let temporaryName: String
    private let directory: Int32
    private let overwrite: Bool
    private var isFinished = false

    /// Creates the temporary file. Throws `exists` when something stands at `path` and `overwrite` is false,
    /// `notRegular` when it is not a regular file (links are not followed), `cannotCreate` otherwise.
    package init(path: String, overwrite: Bool) throws(FileError) {
        let (directoryPath, name) = try Self.split(path)
        let directory = open(directoryPath, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard directory >= 0 else {
            throw FileError(
                .cannotCreate, path: path, "cannot open the directory \(printable(directoryPath))", errno: errno)
        }
        let oldMode: mode_t?
        do throws(FileError) {
            oldMode = try Self.existingMode(name, in: directory, path: path, overwrite: overwrite)
        } catch {
            close(directory)
            throw error
        }
        let temporaryName = ".grl-\(getpid())-\(String(UInt64.random(in: 0...UInt64.max), radix: 16)).tmp"
        let flags = O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
        let descriptor = openat(directory, temporaryName, flags, oldMode ?? 0o666)
        guard descriptor >= 0 else {
            let number = errno
            close(directory)
            throw FileError(.cannotCreate, path: path, "cannot create a file in its directory", errno: number)
        }
        if let oldMode {
            _ = fchmod(descriptor, oldMode)
        }
        self.path = path
        self.name = name
        self.overwrite = overwrite
        self.directory = directory
        self.temporaryName = temporaryName
        self.descriptor = descriptor
    }

    /// Appends `bytes`; throws `writeFailed`.
    package func write(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
        var rest = bytes
        while !rest.isEmpty {
            let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
            if count > 0 {
                rest = UnsafeRawBufferPointer(rebasing: rest[count...])
            } else if count == 0 || errno != EINTR {
                throw writeError(count == 0 ? EIO : errno)
            }
        }
    }

    /// Puts the file in its place. Throws `writeFailed`, or `exists` when something has taken the place meanwhile.
    package func commit() throws(FileError) {
        guard !isFinished else { return }
        defer { finish() }
        guard fsync(descriptor) == 0 else { throw writeError(errno) }
        if overwrite {
            _ = try Self.existingMode(name, in: directory, path: path, overwrite: true)
            guard renameat(directory, temporaryName, directory, name) == 0 else { throw writeError(errno) }
        } else {
            guard linkat(directory, temporaryName, directory, name, 0) == 0 else {
                let number = errno
                guard number != EEXIST else { throw Self.existsError(path) }
                throw writeError(number)
            }
        }
        _ = fsync(directory)
    }

    private func writeError(_ number: Int32) -> FileError {
        FileError(.writeFailed, path: path, "writing failed", errno: number)
    }

    private func finish() {
        guard !isFinished else { return }
        isFinished = true
        unlinkat(directory, temporaryName, 0)
        close(descriptor)
        close(directory)
    }

    deinit { finish() }

    private static func split(_ path: String) throws(FileError) -> (directory: String, name: String) {
        guard !path.utf8.isEmpty, !path.utf8.contains(0) else {
            throw FileError(.cannotCreate, path: path, "is not a usable path")
        }
        guard let slash = path.lastIndex(of: "/") else { return (".", path) }
        let name = String(path[path.index(after: slash)...])
        guard !name.isEmpty else { throw FileError(.notRegular, path: path, "is a directory, not a file to write") }
        return (slash == path.startIndex ? "/" : String(path[..<slash]), name)
    }

    /// The permissions of the regular file that stands at `name`, nil when nothing does.
    private static func existingMode(
        _ name: String, in directory: Int32, path: String, overwrite: Bool
    ) throws(FileError) -> mode_t? {
        var status = stat()
        guard fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
            guard errno == ENOENT else { throw FileError(.cannotCreate, path: path, "cannot be created", errno: errno) }
            return nil
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw FileError(
                .notRegular, path: path, "is \(fileKind(status.st_mode)); outputs replace regular files only")
        }
        guard overwrite else { throw existsError(path) }
        return status.st_mode & 0o777
    }

    private static func existsError(_ path: String) -> FileError {
        FileError(.exists, path: path, "exists already; choose another output or allow overwriting")
    }
}
