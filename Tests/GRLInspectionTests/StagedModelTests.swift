import Foundation
import GRLInspection
import Testing

@Suite struct StagedModelTests {
    @Test func lastStageIsTheOneAskedFor() throws {
        let model = try StagedModel(contentsOfFile: Fixtures.path("plain-ts17"), through: .simplified)
        #expect(model.stages.map(\.stage) == [.imported, .simplified])
        #expect(model.graph(at: .simplified).schedule.count < model.graph(at: .imported).schedule.count)
        #expect(model.liftRefusals.isEmpty)
    }
}
