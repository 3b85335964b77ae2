import GRLGraph
import Synchronization
import Testing

@Suite struct ParallelExecutorTests {
    @Test(arguments: [(0, 4), (1, 4), (4, 4), (5, 4), (9, 4), (7, 0), (3, Int.max)])
    func rangesCoverEverythingOnce(count: Int, grain: Int) {
        let ranges = Mutex<[Range<Int>]>([])
        InlineExecutor().forEachRange(of: count, grain: grain) { range in ranges.withLock { $0.append(range) } }
        let cuts = ranges.withLock { $0 }
        #expect(cuts.flatMap { Array($0) } == Array(0..<count))
        #expect(cuts.dropLast().allSatisfy { $0.count == max(grain, 1) })
        #expect(cuts.allSatisfy { !$0.isEmpty })
    }
}
