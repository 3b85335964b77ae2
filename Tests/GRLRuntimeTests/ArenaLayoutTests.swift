import GRLRuntime
import GRLTensor
import TestSupport
import Testing

@Suite struct ArenaLayoutTests {
    private func block(_ byteCount: Int, _ steps: ClosedRange<Int>) -> ArenaLayout.Block {
        ArenaLayout.Block(byteCount: byteCount, steps: steps)
    }

    @Test func blocksOfDifferentTimesShareMemory() throws {
        let layout = try ArenaLayout([block(640, 0...1), block(640, 2...3), block(320, 4...4)])
        #expect(layout.offsets == [0, 0, 0])
        #expect(layout.byteCount == 640)
    }

    @Test func blocksThatMeetInOneStepDoNot() throws {
        let layout = try ArenaLayout([block(640, 0...1), block(320, 1...2)])
        #expect(layout.offsets == [0, 640])
        #expect(layout.byteCount == 960)
    }

    @Test func theTightestGapIsTaken() throws {
        // Between the long-lived blocks a gap of 512 and one of 384 bytes is left when the last block comes.
        let layout = try ArenaLayout([
            block(1024, 0...9), block(512, 0...0), block(448, 0...9), block(384, 0...0), block(320, 0...9),
            block(192, 5...9),
        ])
        #expect(layout.offsets == [0, 1024, 1536, 1984, 2368, 1984])
        #expect(layout.byteCount == 2368 + 320)
    }

    @Test func nothingNeedsNothing() throws {
        #expect(try ArenaLayout([]).byteCount == 0)
    }

    @Test func sumsThatDoNotFitAreErrors() {
        let error = #expect(throws: TensorError.self) {
            try ArenaLayout([block(Int.max / 2, 0...1), block(Int.max / 2, 0...1), block(64, 0...1)])
        }
        #expect(error?.code == .sizeOverflow)
    }

    @Test(arguments: 0..<40) func livingBlocksNeverShareAByte(seed: UInt64) throws {
        var generator = SplitMix(state: seed)
        let blocks = (0..<120).map { _ in
            let first = Int.random(in: 0..<60, using: &generator)
            let length = Int.random(in: 0..<(Bool.random(using: &generator) ? 4 : 40), using: &generator)
            return block(64 * Int.random(in: 1..<100, using: &generator), first...first + length)
        }
        let layout = try ArenaLayout(blocks)
        for a in blocks.indices {
            #expect(layout.offsets[a] % 64 == 0 && layout.offsets[a] + blocks[a].byteCount <= layout.byteCount)
            for b in blocks.indices where b > a && blocks[a].steps.overlaps(blocks[b].steps) {
                let (x, y) = (layout.offsets[a], layout.offsets[b])
                #expect(x + blocks[a].byteCount <= y || y + blocks[b].byteCount <= x)
            }
        }
        let live = (0...100).map { step in
            blocks.filter { $0.steps.contains(step) }.reduce(0) { $0 + $1.byteCount }
        }
        let worst = live.max() ?? 0
        #expect(layout.byteCount >= worst)
        #expect(layout.byteCount <= worst + worst / 4)
    }
}
