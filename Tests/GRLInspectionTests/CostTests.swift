import GRLInspection
import Testing

@Suite struct CostTests {
    private func cost(_ model: StagedModel, height: Int, width: Int, peak: Double? = nil) throws -> SizeCost {
        let tree = try #require(model.moduleTrees().last)
        let parameters = ParameterCounts(model, contents: FileContents(model))
        return try SizeCost(model, tree, parameters, height: height, width: width, peak: peak)
    }

    @Test func costsGrowWithTheArea() throws {
        let model = try StagedModel(contentsOfFile: Fixtures.path("plain-ts17"))
        let small = try cost(model, height: 16, width: 24)
        let large = try cost(model, height: 32, width: 48)
        #expect(small.total.multiplyAdds > 0)
        #expect(large.total.multiplyAdds == 4 * small.total.multiplyAdds)
        #expect(large.total.weightBytes == small.total.weightBytes)
        let (peak, largePeak) = (try #require(small.peakBytes), try #require(large.peakBytes))
        #expect(largePeak > peak)
        #expect(small.total.seconds == nil)
    }

    @Test func operatorsAndStagesAddUp() throws {
        let model = try StagedModel(contentsOfFile: Fixtures.path("base-dynamo22"))
        let cost = try self.cost(model, height: 16, width: 24, peak: 1e11)
        for parts in [cost.operators, cost.stages] {
            #expect(parts.map(\.multiplyAdds).reduce(0, +) == cost.total.multiplyAdds)
            #expect(parts.map(\.nodes).reduce(0, +) == cost.total.nodes)
            #expect(parts.map(\.weightBytes).reduce(0, +) == cost.total.weightBytes)
            #expect(parts.map(\.parameters).reduce(0, +) == cost.total.parameters)
        }
        #expect(cost.stages.contains { $0.name == "layers.0" } && cost.stages.contains { $0.name == "layers.1" })
        let seconds = try #require(cost.total.seconds)
        #expect(seconds > Double(cost.total.multiplyAdds) / 1e11)
    }

    /// The file's parameters, whatever became of them: packed weights, tables that small networks were folded to.
    @Test(arguments: ["base-ts12", "plain-dynamo20", "plain-float16-ts17", "swinir-ts17", "euclidean-ts16"])
    func parametersAreThoseOfTheFile(name: String) throws {
        let model = try StagedModel(contentsOfFile: Fixtures.path(name))
        let cost = try cost(model, height: 16, width: name == "swinir-ts17" ? 16 : 24)
        let count = FileContents(model).parameters
        #expect(count > 1000 && cost.total.parameters == count)
        #expect(cost.operators.map(\.parameters).reduce(0, +) == count)
        #expect(cost.stages.map(\.parameters).reduce(0, +) == count)
    }

    @Test func networksThatKeepTheirSizeSaySo() throws {
        let model = try StagedModel(contentsOfFile: Fixtures.path("euclidean-ts16"))
        #expect(throws: (any Error).self) { try cost(model, height: 64, width: 64) }
    }

    @Test func tablesAreText() throws {
        let model = try StagedModel(contentsOfFile: Fixtures.path("plain-ts17"))
        let costs = try [(16, 24), (64, 64)].map { try cost(model, height: $0.0, width: $0.1, peak: 1e11) }
        let text = CostText.text(of: costs)
        #expect(text.contains("16×24") && text.contains("64×64") && text.contains("ImageConvolution"))
        let rows = CSVText.text(of: costs).split(separator: "\n")
        #expect(rows[0].hasPrefix("height,width,kind,name,"))
        let commas = Set(rows.map { row in row.count { $0 == "," } })
        #expect(commas == [10])
    }

    @Test func cellsAreQuoted() {
        let row = NodeRow(
            module: "a,b", name: "say \"x\"", operator: "Conv", inputs: ["one", "two"], outputs: ["=1+1"],
            multiplyAdds: 1, weightBytes: 2, resultBytes: 3, place: nil)
        let line = CSVText.text(of: [row]).split(separator: "\n")[1]
        #expect(line == "\"a,b\",\"say \"\"x\"\"\",Conv,one; two,'=1+1,1,2,3,")
    }
}
