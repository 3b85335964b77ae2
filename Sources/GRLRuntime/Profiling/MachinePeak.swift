import CKernels

/// How fast this machine multiplies and adds float32 numbers in registers: what no network can exceed.
package enum MachinePeak {
    /// The instruction set of the kernels, for example `avx512`.
    package static var instructionSet: String { String(cString: grl_kernels().pointee.name) }

    /// Multiply-adds a second on `threads` threads at once, at most one for each core: the best of several short
    /// bursts.
    package static func multiplyAddsPerSecond(threads: Int) -> Double {
        let pool = ThreadPool.shared
        let count = max(min(threads, pool.threadCount), 1)
        let kernel = grl_kernels().pointee.peak
        var best = 0.0
        let end = ContinuousClock.now + .milliseconds(200)
        repeat {
            let start = ContinuousClock.now
            pool.forEach(count, limit: count) { _ in
                var sum: Float = 0
                kernel.multiply_add(roundsInBurst, &sum)
            }
            let seconds = start.duration(to: .now) / .seconds(1)
            if seconds > 0 { best = max(best, Double(count * kernel.multiply_adds * roundsInBurst) / seconds) }
        } while ContinuousClock.now < end
        return best
    }

    /// About a millisecond: short enough for some bursts to run undisturbed on a busy machine.
    private static let roundsInBurst = 1 << 18
}
