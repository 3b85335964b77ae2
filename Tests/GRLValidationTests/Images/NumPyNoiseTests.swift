import GRLValidation
import Testing

@Suite struct NumPyNoiseTests {
    /// `numpy.random.seed(0); numpy.random.normal(0, 1, 7)` and the same with 5, from NumPy 2.
    @Test(
        arguments: [
            (
                0,
                [
                    1.764052345967664, 0.4001572083672233, 0.9787379841057392, 2.240893199201458, 1.8675579901499675,
                    -0.977277879876411, 0.9500884175255894,
                ]
            ), (5, [0.44122748688504143, -0.33087015189408764, 2.43077118700778]),
        ] as [(UInt32, [Double])])
    func numbersAreThoseOfNumPy(seed: UInt32, expected: [Double]) {
        var noise = NumPyNoise(seed: seed)
        for number in expected { #expect(abs(noise.normal() - number) < 1e-15) }
    }

    @Test func momentsAreThoseOfTheNormalDistribution() {
        var noise = NumPyNoise(seed: 1)
        let numbers = (0..<100_000).map { _ in noise.normal() }
        let mean = numbers.reduce(0, +) / 1e5
        #expect(abs(mean) < 0.01)
        #expect(abs(numbers.reduce(0) { $0 + $1 * $1 } / 1e5 - 1) < 0.02)
    }
}
