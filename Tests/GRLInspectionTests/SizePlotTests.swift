import Foundation
import FoundationXML
import GRLInspection
import Testing

@Suite struct SizePlotTests {
    private func point(_ side: Int, seconds: Double? = nil) -> SizePlot.Point {
        SizePlot.Point(
            height: side, width: side, multiplyAdds: side * side * 50_000, peakBytes: side * side * 900,
            seconds: seconds)
    }

    @Test func whatIsKnownIsDrawn() throws {
        let svg = SizePlot([point(512, seconds: 2), point(128, seconds: 0.1), point(256, seconds: 0.5)]).svg
        #expect(XMLParser(data: Data(svg.utf8)).parse())
        #expect(svg.matches(of: /<circle/).count == 9 && svg.matches(of: /class="curve"/).count == 3)
        #expect(svg.contains("512×512: 13.107") && svg.contains("planned peak, MB"))
        #expect(!SizePlot([point(64)]).svg.contains("estimated time"))
    }

    @Test func partsShareBars() throws {
        let parts = (1...10).map { SizePlot.Part(name: "stage \($0)", multiplyAdds: $0 * 1_000_000_000) }
        let points = [256, 128].map { side in
            SizePlot.Point(
                height: side, width: side, multiplyAdds: 55_000_000_000, peakBytes: nil, seconds: nil, stages: parts)
        }
        let svg = SizePlot(points).svg
        #expect(XMLParser(data: Data(svg.utf8)).parse())
        #expect(svg.contains("multiply-adds by stage") && !svg.contains("multiply-adds by operator"))
        // Seven parts and the three smallest together, for each size and in the list.
        #expect(svg.matches(of: /class="part[0-7]"/).count == 3 * 8)
        #expect(svg.contains("<title>128×128, stage 10: 10 GMAC, 18.2 %</title>"))
        #expect(svg.contains("<title>256×256, others: 6 GMAC, 10.9 %</title>"))
    }

    @Test func largerSizesStandFurtherRight() throws {
        let svg = SizePlot([point(512), point(128), point(256)]).svg
        let places = try svg.matches(of: /<circle class="point" cx="([0-9.]+)" cy="([0-9.]+)"/).prefix(3).map {
            (x: try #require(Double($0.1)), y: try #require(Double($0.2)))
        }
        #expect(places[0].x < places[1].x && places[1].x < places[2].x)
        #expect(places[0].y > places[1].y && places[1].y > places[2].y)
    }

    @Test func nothingDrawsAnEmptyPicture() {
        #expect(XMLParser(data: Data(SizePlot([SizePlot.Point]()).svg.utf8)).parse())
    }
}
