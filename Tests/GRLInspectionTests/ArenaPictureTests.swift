import Foundation
import FoundationXML
import GRLInspection
import Testing

@Suite struct ArenaPictureTests {
    @Test func everyValueIsDrawnInsideTheArena() throws {
        let model = try StagedModel(contentsOfFile: Fixtures.path("plain-ts17"))
        let plan = try model.memoryPlan(for: model.inputTypes(size: (64, 64)), threads: 1)
        let svg = ArenaPicture(plan, graph: model.graph(at: .fused)).svg(style: .file)
        let tenants = plan.buffers.flatMap(\.tenants)
        #expect(svg.components(separatedBy: "data-value=").count - 1 == tenants.count)
        #expect(tenants.contains { $0.use != .fresh })
        let numbers = svg.matches(
            of: /<rect x="([-0-9.]+)" y="([-0-9.]+)" width="([-0-9.]+)" height="([-0-9.]+)"/)
        #expect(numbers.count >= tenants.count)
        for match in numbers {
            let (x, y) = (try #require(Double(match.1)), try #require(Double(match.2)))
            let (width, height) = (try #require(Double(match.3)), try #require(Double(match.4)))
            #expect(
                x >= 0 && y >= 0 && width > 0 && height >= 0 && x + width <= 1199 && y + height <= 800)
        }
    }

    @Test func filesAreWellFormedAndPagesTakeTheirOwnStyle() throws {
        let model = try StagedModel(contentsOfFile: Fixtures.path("swinir-ts17"))
        let plan = try model.memoryPlan(for: model.inputTypes(), threads: 1)
        let picture = ArenaPicture(plan, graph: model.graph(at: .fused))
        let parser = XMLParser(data: Data(picture.svg(style: .file).utf8))
        #expect(parser.parse())
        #expect(
            !picture.svg(style: .page).contains("<style>")
                && picture.svg(style: .file).contains("<style>"))
    }
}
