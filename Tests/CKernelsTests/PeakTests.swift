import CKernels
import Testing

@Suite("Peak")
struct PeakTests {
    @Test("Every chain of the measure is computed", arguments: InstructionSet.available)
    func sums(isa: InstructionSet) {
        isa.withTable { table in
            let chains = table.peak.multiply_adds / table.width
            #expect(chains > 0 && table.peak.multiply_adds == chains * table.width)
            var sum: Float = 0
            table.peak.multiply_add(0, &sum)
            #expect(sum == Float(table.width * chains * (chains - 1) / 2))
            sum = 0
            table.peak.multiply_add(60, &sum)
            #expect(abs(sum - Float(table.peak.multiply_adds)) < 1e-3)
        }
    }
}
