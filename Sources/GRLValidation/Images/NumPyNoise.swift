import Foundation

/// Normally distributed numbers, the same as `numpy.random.seed(seed)` and `numpy.random.normal` give: published
/// results of denoising are measured on their noise.
///
/// Uniform numbers come from the Mersenne Twister (M. Matsumoto and T. Nishimura, ACM Transactions on Modeling and
/// Computer Simulation 8, 1998), pairs of normal ones from them by the polar method (G. Marsaglia and T. A. Bray, SIAM
/// Review 6, 1964).
package struct NumPyNoise: Sendable {
    private static let length = 624
    private static let middle = 397

    private var state: [UInt32]
    private var position = NumPyNoise.length
    /// The second number of a pair.
    private var next: Double?

    package init(seed: UInt32) {
        var state = [seed]
        state.reserveCapacity(Self.length)
        var last = seed
        for index in 1..<UInt32(Self.length) {
            last = 1_812_433_253 &* (last ^ (last >> 30)) &+ index
            state.append(last)
        }
        self.state = state
    }

    /// The next number of mean 0 and variance 1.
    package mutating func normal() -> Double {
        if let number = next {
            next = nil
            return number
        }
        while true {
            let (x, y) = (2 * uniform() - 1, 2 * uniform() - 1)
            let square = x * x + y * y
            guard square < 1, square != 0 else { continue }
            let factor = (-2 * log(square) / square).squareRoot()
            next = factor * x
            return factor * y
        }
    }

    /// A number from 0 to 1, without 1, with 53 random bits.
    mutating func uniform() -> Double {
        let (high, low) = (word() >> 5, word() >> 6)
        return (Double(high) * 0x1p26 + Double(low)) * 0x1p-53
    }

    private mutating func word() -> UInt32 {
        if position == Self.length { twist() }
        var word = state[position]
        position += 1
        word ^= word >> 11
        word ^= word << 7 & 0x9d2c_5680
        word ^= word << 15 & 0xefc6_0000
        return word ^ word >> 18
    }

    private mutating func twist() {
        for index in 0..<Self.length {
            let bits = state[index] & 0x8000_0000 | state[(index + 1) % Self.length] & 0x7fff_ffff
            let low: UInt32 = bits & 1 == 0 ? 0 : 0x9908_b0df
            state[index] = state[(index + Self.middle) % Self.length] ^ bits >> 1 ^ low
        }
        position = 0
    }
}
