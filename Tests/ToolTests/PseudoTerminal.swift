import Foundation

/// A terminal of a given width, without a screen.
final class PseudoTerminal {
    /// Linux's requests to a terminal's master side: unlock the other side, and tell its number.
    private static let (unlock, number): (UInt, UInt) = (0x4004_5431, 0x8004_5430)

    private let master: Int32
    /// What a process takes as its terminal; closed here by ``readUntilClosed()``.
    let slave: FileHandle

    init(columns: Int) throws {
        master = open("/dev/ptmx", O_RDWR | O_NOCTTY)
        var locked: Int32 = 0
        var name: Int32 = 0
        guard master >= 0, ioctl(master, Self.unlock, &locked) == 0, ioctl(master, Self.number, &name) == 0 else {
            throw CocoaError(.fileReadUnknown)
        }
        var size = winsize(ws_row: 24, ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(master, UInt(TIOCSWINSZ), &size)
        slave = FileHandle(fileDescriptor: open("/dev/pts/\(name)", O_RDWR | O_NOCTTY), closeOnDealloc: true)
    }

    deinit { close(master) }

    /// Everything that is printed until the last process lets go of the terminal.
    func readUntilClosed() throws -> String {
        try slave.close()
        var text = [UInt8]()
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = read(master, &buffer, buffer.count)
            guard count > 0 else { return String(decoding: text, as: UTF8.self) }
            text += buffer.prefix(count)
        }
    }
}
