import GRLGraph
import GRLRuntime
import Synchronization
import Testing

@Suite struct ThreadPoolTests {
    @Test(arguments: [1, 2, 3, 8], [0, 1, 2, 7, 1000])
    func callsEachIndexOnce(threads: Int, count: Int) {
        let pool = ThreadPool(threadCount: threads)
        var calls = [UInt8](repeating: 0, count: count)
        calls.withUnsafeMutableBufferPointer { buffer in
            nonisolated(unsafe) let buffer = buffer
            for _ in 0..<20 {
                pool.forEach(count, limit: threads) { buffer[$0] += 1 }
            }
        }
        #expect(calls.allSatisfy { $0 == 20 })
    }

    @Test func nestedCallsRunInline() {
        let pool = ThreadPool(threadCount: 4)
        let total = Atomic<Int>(0)
        pool.forEach(8, limit: 4) { outer in
            pool.forEach(8, limit: 4) { inner in
                total.add(outer * 8 + inner, ordering: .relaxed)
            }
        }
        #expect(total.load(ordering: .relaxed) == (0..<64).reduce(0, +))
    }

    @Test func limitOfOneStaysOnTheCaller() {
        let pool = ThreadPool(threadCount: 4)
        var order: [Int] = []
        pool.forEach(50, limit: 1) { order.append($0) }
        #expect(order == Array(0..<50))
    }

    @Test func manyCallersShareThePool() async {
        let pool = ThreadPool(threadCount: 3)
        let sums = await withTaskGroup(of: Int.self) { group in
            for caller in 0..<16 {
                group.addTask {
                    let sum = Atomic<Int>(0)
                    for _ in 0..<50 { pool.forEach(10, limit: 3) { sum.add($0 + caller, ordering: .relaxed) } }
                    return sum.load(ordering: .relaxed)
                }
            }
            return await group.reduce(into: [Int]()) { $0.append($1) }
        }
        #expect(sums.sorted() == (0..<16).map { 50 * (45 + 10 * $0) })
    }

    @Test func rangesCoverEverythingWhateverTheGrain() {
        for grain in [1, 3, 64] {
            var seen: [Range<Int>] = []
            InlineExecutor().forEachRange(of: 10, grain: grain) { seen.append($0) }
            #expect(seen.flatMap { Array($0) } == Array(0..<10))
            #expect(seen.allSatisfy { $0.count <= grain })
        }
    }
}
