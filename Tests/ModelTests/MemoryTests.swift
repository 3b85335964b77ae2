import GRLGraph
import GRLRuntime
import GRLTensor
import Testing

/// The memory plans of all committed exports.
@Suite struct MemoryTests {
    @Test(arguments: FixtureTests.fixtures) func runsKeepToTheirPlan(fixture: FixtureTests.Fixture) throws {
        let run = try fixture.run()
        for pair in run.pairs {
            let session = try Session(run.model)
            let plan = try session.specialization(for: [TensorType(pair.input.elementType, pair.input.shape)]).plan
            let needed = try #require(plan.peakBytes)
            #expect(plan.arenaBytes <= plan.liveBytes + plan.liveBytes / 4)
            let first = try session.run([pair.input])[0]
            #expect(session.mostBytesInUse <= needed, "\(plan.summary)")
            let second = try session.run([pair.input])[0]
            #expect(first.withBytes { Array($0) } == second.withBytes { Array($0) })
            #expect(session.mostBytesInUse <= needed + first.byteCount + 64)
        }
    }
}
