import GRLValidation
import Testing

@Suite struct ImagePairsTests {
    @Test(arguments: [
        (["babyx4", "birdx4"], ["baby", "bird"]), (["img_001_SRF_4_LR"], ["img_001_SRF_4_HR"]),
        (["0801x2"], ["0801"]), (["chelsea-sigma25"], ["chelsea"]), (["house_q10"], ["House"]),
        (["GOPR0384_11_00-000001"], ["GOPR0384_11_00-000001"]), (["1P0A0917_L"], ["1P0A0917"]),
        (["scene_blur", "scene2_blur"], ["scene_sharp", "scene2_sharp"]),
    ])
    func dataSetsAreKnown(names: [String], targets: [String]) {
        #expect(ImagePairs.match(names, with: targets) == Array(targets.indices))
        #expect(ImagePairs.match(names, with: targets.reversed()) == targets.indices.reversed())
    }

    @Test func nothingIsGuessed() {
        #expect(ImagePairs.match(["a", "b"], with: ["c", "d"]) == [nil, nil])
        #expect(ImagePairs.match(["ax2", "ax4"], with: ["a"]) == [nil, nil])
        #expect(ImagePairs.match(["ax2"], with: ["a_hr", "a_gt"]) == [nil])
        #expect(ImagePairs.match(["x4"], with: ["x2"]) == [nil])
        #expect(ImagePairs.match(["a"], with: []) == [nil])
    }

    @Test func orderServesWhereNoNameFits() {
        #expect(ImagePairs.match(["1P0A1", "1P0A3"], with: ["1P0A0", "1P0A2"], isOrdered: true) == [0, 1])
        #expect(ImagePairs.match(["a", "b"], with: ["b", "c"], isOrdered: true) == [nil, 0])
        #expect(ImagePairs.match(["a", "b"], with: ["c"], isOrdered: true) == [nil, nil])
    }
}
