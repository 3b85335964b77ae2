import CBLAS
import Foundation
import Testing

@Suite("OpenBLAS")
struct BLASTests {
    @Test("The core type follows the processor's features; a value the user has set wins")
    func coreChoice() {
        func choose(avx2: Bool, avx512: Bool, amd: Bool, user: String? = nil) -> String? {
            blas_choose_core(blas_cpu_features(avx2: avx2, avx512: avx512, amd: amd), user).map { String(cString: $0) }
        }
        #expect(choose(avx2: true, avx512: true, amd: false) == "SKYLAKEX")
        #expect(choose(avx2: true, avx512: true, amd: true) == "SKYLAKEX")
        #expect(choose(avx2: true, avx512: false, amd: false) == "HASWELL")
        #expect(choose(avx2: true, avx512: false, amd: true) == "ZEN")
        #expect(choose(avx2: false, avx512: false, amd: true) == nil)
        #expect(choose(avx2: true, avx512: true, amd: false, user: "Nehalem") == "Nehalem")
        #expect(choose(avx2: true, avx512: true, amd: false, user: "") == "SKYLAKEX")
    }

    @Test("The library opens and runs the kernels that were chosen")
    func chosenCore() {
        #expect(blas_status() == BLAS_OK, "\(String(cString: blas_message()))")
        let core = String(cString: blas_core_name()).uppercased()
        let user = ProcessInfo.processInfo.environment["OPENBLAS_CORETYPE"]
        if let chosen = blas_choose_core(blas_detect_cpu(), user) {
            #expect(core == String(cString: chosen).uppercased())
        }
        if user == nil, blas_detect_cpu().avx2 { #expect(core != "PRESCOTT") }
    }

    @Test("The environment is as it was once the library is open")
    func environmentIsRestored() {
        _ = blas_status()
        for name in ["OPENBLAS_CORETYPE", "OPENBLAS_NUM_THREADS"] {
            #expect(getenv(name).map { String(cString: $0) } == ProcessInfo.processInfo.environment[name])
        }
    }

    @Test("Products of every transposition against float64, with strides, alpha and beta")
    func products() {
        for (m, n, k) in [(1, 1, 1), (3, 5, 7), (64, 16, 64), (65, 33, 130), (1, 40, 9), (40, 1, 9), (4, 4, 0)] {
            for (transposeA, transposeB) in [(false, false), (false, true), (true, false), (true, true)] {
                for (alpha, beta) in [(Float(1), Float(0)), (0.5, 2)] {
                    check(m, n, k, transposeA, transposeB, alpha, beta)
                }
            }
        }
    }

    private func check(
        _ m: Int, _ n: Int, _ k: Int, _ transposeA: Bool, _ transposeB: Bool, _ alpha: Float, _ beta: Float
    ) {
        var numbers = Numbers(seed: UInt64(m * n + k))
        let lda = (transposeA ? m : k) + 2
        let ldb = (transposeB ? k : n) + 1
        let ldc = n + 3
        let a = numbers.array((transposeA ? k : m) * lda), b = numbers.array((transposeB ? n : k) * ldb)
        let initial = beta == 0 ? [Float](repeating: .nan, count: m * ldc) : numbers.array(m * ldc)
        var c = initial
        #expect(blas_sgemm(transposeA, transposeB, m, n, k, alpha, a, lda, b, ldb, beta, &c, ldc) == BLAS_OK)
        var doubles = initial.map(Double.init)
        let (a64, b64) = (a.map(Double.init), b.map(Double.init))
        let status = blas_dgemm(
            transposeA, transposeB, m, n, k, Double(alpha), a64, lda, b64, ldb, Double(beta), &doubles, ldc)
        #expect(status == BLAS_OK)
        for i in 0..<m {
            for j in 0..<n {
                var sum = 0.0
                for p in 0..<k {
                    sum +=
                        (transposeA ? a64[p * lda + i] : a64[i * lda + p])
                        * (transposeB ? b64[j * ldb + p] : b64[p * ldb + j])
                }
                let old = beta == 0 ? 0 : Double(beta) * Double(initial[i * ldc + j])
                let expected = Double(alpha) * sum + old
                #expect(agree(c[i * ldc + j], expected, tolerance: 1e-5), "\(m) \(n) \(k) at \(i), \(j)")
                #expect(abs(doubles[i * ldc + j] - expected) <= 1e-12 * max(1, abs(expected)))
            }
        }
    }

    @Test("Calls from many threads at once agree with one after the other")
    func concurrentCalls() async {
        let size = 96
        var numbers = Numbers(seed: 1)
        let a = numbers.array(size * size), b = numbers.array(size * size)
        @Sendable func product() -> [Float] {
            var c = [Float](repeating: 0, count: size * size)
            _ = blas_sgemm(false, false, size, size, size, 1, a, size, b, size, 0, &c, size)
            return c
        }
        let expected = product()
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<64 { group.addTask { product() == expected } }
            for await same in group { #expect(same) }
        }
    }

    @Test("Dimensions beyond 32 bits are refused")
    func sizeLimit() {
        let (a, b): ([Float], [Float]) = ([0], [0])
        var c: [Float] = [0]
        let huge = Int(Int32.max) + 1
        #expect(blas_sgemm(false, false, huge, 1, 1, 1, a, 1, b, 1, 0, &c, 1) == BLAS_SIZE_LIMIT)
    }
}
