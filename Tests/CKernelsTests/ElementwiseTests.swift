import CKernels
import Foundation
import Testing

@Suite("Elementwise kernels")
struct ElementwiseTests {
    /// A kernel, its definition in float64 and the range in which its relative error bound holds.
    struct UnaryCase {
        let name: String
        let kernel: KeyPath<grl_unary_family, grl_unary_f32>
        let range: ClosedRange<Float>
        /// Of |f(x)|, or of max(1, |x|) where `isAbsolute`.
        let bound: Double
        var isAbsolute = false
        var a: Float = 0
        var b: Float = 0
        let definition: (Double) -> Double
    }

    static var unaryCases: [UnaryCase] {
        [
            UnaryCase(name: "exp", kernel: \.exponential, range: -87...88.7, bound: 1.2e-7 * 2, definition: exp),
            UnaryCase(name: "log", kernel: \.logarithm, range: 1.2e-38...1e38, bound: 1.2e-7 * 2, definition: log),
            UnaryCase(
                name: "sqrt", kernel: \.square_root, range: 0...1e30, bound: 6e-8, definition: { $0.squareRoot() }),
            UnaryCase(
                name: "reciprocal", kernel: \.reciprocal, range: 1e-3...1e30, bound: 6e-8, definition: { 1 / $0 }),
            UnaryCase(
                name: "rsqrt", kernel: \.reciprocal_square_root, range: 1e-30...1e30, bound: 1.8e-7,
                definition: { 1 / $0.squareRoot() }),
            UnaryCase(name: "negate", kernel: \.negate, range: -9...9, bound: 0, definition: { -$0 }),
            UnaryCase(name: "absolute", kernel: \.absolute, range: -9...9, bound: 0, definition: { abs($0) }),
            UnaryCase(name: "square", kernel: \.square, range: -9...9, bound: 6e-8, definition: { $0 * $0 }),
            UnaryCase(name: "floor", kernel: \.floor, range: -9...9, bound: 0, definition: { $0.rounded(.down) }),
            UnaryCase(name: "ceiling", kernel: \.ceiling, range: -9...9, bound: 0, definition: { $0.rounded(.up) }),
            UnaryCase(
                name: "round", kernel: \.round_even, range: -9...9, bound: 0,
                definition: { $0.rounded(.toNearestOrEven) }),
            UnaryCase(name: "relu", kernel: \.relu, range: -9...9, bound: 0, definition: { max($0, 0) }),
            UnaryCase(
                name: "leaky_relu", kernel: \.leaky_relu, range: -9...9, bound: 6e-8, a: 0.25,
                definition: { $0 < 0 ? $0 * 0.25 : $0 }),
            UnaryCase(
                name: "clip", kernel: \.clip, range: -9...9, bound: 0, a: -1.5, b: 2.5,
                definition: { min(max($0, -1.5), 2.5) }),
            UnaryCase(
                name: "sigmoid", kernel: \.sigmoid, range: -87...80, bound: 4e-7, definition: { 1 / (1 + exp(-$0)) }),
            UnaryCase(name: "tanh", kernel: \.tanh, range: -12...12, bound: 3e-7, definition: tanh),
            UnaryCase(name: "erf", kernel: \.erf, range: -6...6, bound: 3e-7, definition: erf),
            UnaryCase(
                name: "gelu", kernel: \.gelu, range: -9...9, bound: 4e-7, isAbsolute: true,
                definition: { 0.5 * $0 * erfc(-$0 / 2.0.squareRoot()) }),
            UnaryCase(
                name: "gelu_tanh", kernel: \.gelu_tanh, range: -9...9, bound: 4e-7, isAbsolute: true,
                definition: { 0.5 * $0 * (1 + tanh((2 / Double.pi).squareRoot() * ($0 + 0.044715 * $0 * $0 * $0))) }),
            UnaryCase(name: "silu", kernel: \.silu, range: -87...80, bound: 5e-7, definition: { $0 / (1 + exp(-$0)) }),
            UnaryCase(
                name: "hard_sigmoid", kernel: \.hard_sigmoid, range: -9...9, bound: 2e-7, isAbsolute: true, a: 0.25,
                b: 0.5, definition: { min(max($0 * 0.25 + 0.5, 0), 1) }),
            UnaryCase(
                name: "hard_swish", kernel: \.hard_swish, range: -9...9, bound: 2e-7, isAbsolute: true,
                definition: { $0 * min(max($0 / 6 + 0.5, 0), 1) }),
            UnaryCase(
                name: "affine", kernel: \.affine, range: -9...9, bound: 2e-7, isAbsolute: true, a: 0.75, b: -0.5,
                definition: { $0 * 0.75 - 0.5 }),
            UnaryCase(
                name: "center_scale", kernel: \.center_scale, range: -9...9, bound: 2e-7, isAbsolute: true, a: 0.75,
                b: -0.5, definition: { ($0 - 0.75) * -0.5 }),
        ]
    }

    @Test("Unary functions keep their error bounds", arguments: InstructionSet.available)
    func unaryAccuracy(isa: InstructionSet) {
        isa.withTable { table in
            for test in Self.unaryCases {
                var numbers = Numbers(seed: 7)
                let positive = test.range.lowerBound > 0
                var x = numbers.array(6000, in: test.range)
                if positive {
                    let logs = numbers.array(6000, in: log(test.range.lowerBound)...log(test.range.upperBound))
                    x += logs.map { min(max(exp($0), test.range.lowerBound), test.range.upperBound) }
                } else {
                    x += numbers.array(4000, in: -1...1).filter(test.range.contains)
                }
                var y = [Float](repeating: .nan, count: x.count)
                table.unary[keyPath: test.kernel](x, &y, x.count, test.a, test.b)
                for (x, y) in zip(x, y) {
                    let expected = test.definition(Double(x))
                    let scale = test.isAbsolute ? max(1, abs(Double(x))) : abs(expected)
                    let good = Float(expected) == y || abs(Double(y) - expected) <= test.bound * scale
                    if !good { Issue.record("\(test.name)(\(x)) = \(y), expected \(expected)") }
                }
            }
        }
    }

    @Test("Tails get the arithmetic of whole vectors, in place and at odd offsets", arguments: InstructionSet.available)
    func unaryTails(isa: InstructionSet) {
        isa.withTable { table in
            for test in Self.unaryCases {
                let kernel = table.unary[keyPath: test.kernel]
                var numbers = Numbers(seed: 3)
                let x = numbers.array(160, in: test.range)
                var whole = [Float](repeating: 0, count: x.count)
                kernel(x, &whole, x.count, test.a, test.b)
                for count in awkwardCounts {
                    for offset in [0, 1, 5] {
                        var y = x
                        y.withUnsafeMutableBufferPointer { buffer in
                            guard let base = buffer.baseAddress else { return }
                            kernel(base + offset, base + offset, count, test.a, test.b)
                        }
                        let expected = x[..<offset] + whole[offset..<offset + count] + x[(offset + count)...]
                        #expect(y.map(\.bitPattern) == expected.map(\.bitPattern), "\(test.name) \(count) \(offset)")
                    }
                }
            }
        }
    }

    @Test("Exponential, logarithm and friends at the edges", arguments: InstructionSet.available)
    func specialValues(isa: InstructionSet) {
        let infinity = Float.infinity
        isa.withTable { table in
            func apply(_ kernel: grl_unary_f32, _ x: Float, a: Float = 0, b: Float = 0) -> Float {
                var y: Float = 0
                withUnsafePointer(to: x) { kernel($0, &y, 1, a, b) }
                return y
            }
            let unary = table.unary
            for test in Self.unaryCases where test.name != "clip" {
                #expect(apply(table.unary[keyPath: test.kernel], .nan, a: test.a, b: test.b).isNaN, "\(test.name)")
            }
            #expect(apply(unary.clip, .nan, a: -1, b: 1).isNaN)
            #expect(apply(unary.exponential, infinity) == infinity)
            #expect(apply(unary.exponential, -infinity) == 0)
            #expect(apply(unary.exponential, 0) == 1)
            #expect(apply(unary.exponential, 88.73) == infinity)
            #expect(apply(unary.exponential, -110) == 0)
            let subnormal = apply(unary.exponential, -100)
            #expect(abs(Double(subnormal) - exp(-100)) <= 1.5e-45)
            #expect(apply(unary.logarithm, 0) == -infinity)
            #expect(apply(unary.logarithm, infinity) == infinity)
            #expect(apply(unary.logarithm, -1).isNaN)
            let least = Float.leastNonzeroMagnitude
            #expect(agree(apply(unary.logarithm, least), log(Double(least)), tolerance: 2e-7))
            #expect(apply(unary.tanh, infinity) == 1 && apply(unary.tanh, -infinity) == -1)
            #expect(apply(unary.tanh, -0.0).sign == .minus)
            #expect(apply(unary.erf, infinity) == 1 && apply(unary.erf, -infinity) == -1)
            #expect(apply(unary.sigmoid, infinity) == 1 && apply(unary.sigmoid, -infinity) == 0)
            #expect(apply(unary.gelu, infinity) == infinity && apply(unary.silu, infinity) == infinity)
            #expect(apply(unary.reciprocal, 0) == infinity)
            #expect(apply(unary.square_root, -1).isNaN)
            #expect(apply(unary.round_even, 2.5) == 2 && apply(unary.round_even, 3.5) == 4)
        }
    }

    @Test("Binary operators in all three broadcast forms", arguments: InstructionSet.available)
    func binary(isa: InstructionSet) {
        let cases: [(String, KeyPath<grl_binary_family, grl_binary_kernels>, (Float, Float) -> Float)] = [
            ("add", \.add, { $0 + $1 }), ("subtract", \.subtract, { $0 - $1 }),
            ("multiply", \.multiply, { $0 * $1 }), ("divide", \.divide, { $0 / $1 }),
            ("minimum", \.minimum, { $0.isNaN || $1.isNaN ? .nan : min($0, $1) }),
            ("maximum", \.maximum, { $0.isNaN || $1.isNaN ? .nan : max($0, $1) }),
        ]
        isa.withTable { table in
            for (name, path, definition) in cases {
                let kernels = table.binary[keyPath: path]
                for count in awkwardCounts {
                    var numbers = Numbers(seed: UInt64(count))
                    var a = numbers.array(count + 1), b = numbers.array(count + 1)
                    if count > 2 { (a[1], b[2], a[3]) = (.nan, .nan, .infinity) }
                    func check(_ y: [Float], _ expected: (Int) -> Float, _ form: String) {
                        let same = (0..<count).allSatisfy {
                            let (actual, wanted) = (y[$0], expected($0))
                            return actual == wanted || actual.isNaN && wanted.isNaN
                        }
                        #expect(same, "\(name) \(form) \(count)")
                        #expect(y[count] == 99, "\(name) \(form) \(count) wrote past the end")
                    }
                    var y = [Float](repeating: 99, count: count + 1)
                    kernels.vector_vector(a, b, &y, count)
                    check(y, { definition(a[$0], b[$0]) }, "vector-vector")
                    kernels.vector_scalar(a, b, &y, count)
                    check(y, { definition(a[$0], b[0]) }, "vector-scalar")
                    kernels.scalar_vector(a, b, &y, count)
                    check(y, { definition(a[0], b[$0]) }, "scalar-vector")
                }
            }
        }
    }
}
