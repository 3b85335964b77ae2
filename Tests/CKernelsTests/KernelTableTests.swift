import CKernels
import Foundation
import Testing

@Suite("Kernel tables")
struct KernelTableTests {
    @Test("Every table carries its name and a width, and baseline is always there")
    func names() {
        #expect(grl_kernels_named("baseline") != nil)
        #expect(grl_kernels_named("altivec") == nil)
        let widths = ["baseline": 4, "avx2": 8, "avx512": 16]
        for isa in InstructionSet.available {
            isa.withTable { #expect($0.width == widths[isa.name]) }
        }
    }

    @Test("The widest set is chosen unless GRL_ISA forces another")
    func choice() {
        let forced = ProcessInfo.processInfo.environment["GRL_ISA"].flatMap { grl_kernels_named($0) }
        let widest = grl_kernels_named("avx512") ?? grl_kernels_named("avx2") ?? grl_kernels_named("baseline")
        #expect(grl_kernels() == forced ?? widest)
    }
}
