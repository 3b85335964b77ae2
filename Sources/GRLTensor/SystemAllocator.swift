import Foundation

/// Blocks of memory straight from the system.
///
/// Large blocks are mapped one by one, so that a block that is freed leaves the process at once: the C library raises
/// the size from which it does so as blocks are freed, and then keeps them in its heap.
enum SystemAllocator {
    /// Blocks of at least this many bytes are mapped on their own.
    private static let mappedByteCount = 1 << 20
    /// The size of huge pages, whose first touch costs far fewer faults; blocks of a few of them start on one.
    private static let hugePageByteCount = 2 << 20

    /// A block of undefined contents on a ``TensorAllocator/alignment`` boundary, or nil when the system has none left.
    static func allocate(_ byteCount: Int) -> UnsafeMutableRawPointer? {
        guard byteCount >= mappedByteCount else {
            var address: UnsafeMutableRawPointer?
            guard posix_memalign(&address, TensorAllocator.alignment, byteCount) == 0 else { return nil }
            return address
        }
        guard byteCount >= 2 * hugePageByteCount else { return map(byteCount) }
        let surplus = hugePageByteCount
        guard let start = map(byteCount + surplus) else { return nil }
        let address = start.alignedUp(toMultipleOf: hugePageByteCount)
        let head = start.distance(to: address)
        if head > 0 { munmap(start, head) }
        let end = (address + byteCount).alignedUp(toMultipleOf: pageByteCount)
        let tail = end.distance(to: start + mappedLength(byteCount + surplus))
        if tail > 0 { munmap(end, tail) }
        madvise(address, byteCount, MADV_HUGEPAGE)
        return address
    }

    /// Gives back a block of ``allocate(_:)``, whose size is told again.
    static func free(_ address: UnsafeMutableRawPointer, byteCount: Int) {
        if byteCount >= mappedByteCount {
            munmap(address, mappedLength(byteCount))
        } else {
            Foundation.free(address)
        }
    }

    private static let pageByteCount = Int(sysconf(Int32(_SC_PAGESIZE)))

    private static func mappedLength(_ byteCount: Int) -> Int {
        (byteCount + pageByteCount - 1) / pageByteCount * pageByteCount
    }

    private static func map(_ byteCount: Int) -> UnsafeMutableRawPointer? {
        let address = mmap(nil, byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        return address == MAP_FAILED ? nil : address
    }
}
