import CKernels
import Testing

/// Layers and attention with float16 products: native where the processor has them, and emulated.
@Suite("Kernels with float16 products")
struct HalfTests {
    static let available = ["avx512fp16", "avx512fp16-emulated"].map(InstructionSet.init).filter { $0.isAvailable }

    /// The greatest power of two not above |x|, over all of them; 0 for zeros.
    private static func power(_ numbers: some Sequence<Float>) -> Float {
        let greatest = numbers.reduce(Float(0)) { max($0, abs($1)) }
        return greatest == 0 ? 0 : greatest.binade
    }

    /// x · w as the kernels define it: x and w divided by powers of two and rounded, chains of 16 products in float16.
    private static func product(_ x: [Float], _ w: [Float]) -> Float {
        let (xPower, wPower) = (power(x), power(w))
        var sum: Float = 0
        for start in Swift.stride(from: 0, to: x.count, by: 16) {
            var chain: Float16 = 0
            for k in start..<min(start + 16, x.count) {
                let (a, b) = (Float16(x[k] / xPower), Float16(w[k] / wPower))
                // A float64 number: the chain is rounded once.
                chain = Float16(Double(a) * Double(b) + Double(chain))
            }
            sum += Float(chain)
        }
        return (sum * xPower) * wPower
    }

    @Test("Sums have the bits of their definition", arguments: available)
    func bits(isa: InstructionSet) {
        isa.withTable { table in
            for (rows, depth, columns) in [(7, 32, 33), (25, 100, 64), (13, 45, 70), (24, 500, 17)] {
                var numbers = Numbers(seed: UInt64(depth))
                let source = TestSource(pixels: rows, channels: depth, numbers: &numbers)
                // Some rows and channels are tiny or large, so that chains round in many ways.
                for row in 0..<rows {
                    for k in 0..<depth {
                        let exponent = (row * 7 + k * 5) % 23 - 16
                        source.floats.start[row * depth + k] *= Float(sign: .plus, exponent: exponent, significand: 1)
                    }
                }
                let layer = TestLayer(table, depth: depth, columns: columns, bias: false, numbers: &numbers)
                let output = Floats([Float](repeating: .nan, count: rows * columns))
                let scratch = Floats([Float](repeating: .nan, count: table.convolve.scratch_floats(0, columns)))
                var (plain, x, epilogue) = (layer.layer, source.source(), TestEpilogue().epilogue)
                var target = grl_row_target(
                    start: output.start, stride: columns, runs: 1, run_stride: 0, residual: nil, residual_stride: 0,
                    second_residual: nil, second_residual_stride: 0)
                table.convolve.linear(&plain, &x, 1, rows, &epilogue, &target, scratch.start)
                for row in 0..<rows {
                    let numbers = (0..<depth).map { source.floats.start[row * depth + $0] }
                    for column in 0..<columns {
                        let weights = (0..<depth).map { layer.weights[$0 * columns + column] }
                        let (actual, expected) = (output.values[row * columns + column], Self.product(numbers, weights))
                        #expect(actual == expected, "\(rows) \(depth) \(columns) at \(row), \(column)")
                    }
                }
            }
        }
    }

    @Test("Linear layers near float64, whole and cut, with all that follows them", arguments: available)
    func linear(isa: InstructionSet) {
        isa.withTable { table in
            for (index, shape) in ConvolveTests.linearShapes.enumerated() {
                var numbers = Numbers(seed: UInt64(index + 1))
                let sources = shape.channels.map {
                    TestSource(pixels: shape.rows, channels: $0, gap: index % 3, numbers: &numbers)
                }
                let layer = TestLayer(
                    table, depth: shape.channels.reduce(0, +), columns: shape.columns, bias: index % 4 != 0,
                    numbers: &numbers)
                #expect(!layer.packedBits.contains(Float.nan.bitPattern), "pack fills what it asks for")
                for activation in everyActivation {
                    var check = ConvolveCheck(
                        rows: shape.rows, columns: shape.columns, gap: index % 2,
                        epilogue: TestEpilogue(activation: activation), residuals: index % 3)
                    check.tolerance = 4e-3
                    check(table, "\(shape)") { row, count, epilogue, target, scratch in
                        var (plain, epilogue, target) = (layer.layer, epilogue, target)
                        let rows = sources.map { $0.source(from: row) }
                        table.convolve.linear(&plain, rows, rows.count, count, &epilogue, &target, scratch)
                    } sums: { row in
                        layer(sources.flatMap { $0.pixel(row) })
                    }
                }
            }
        }
    }

    @Test("Convolutions near float64, whole and cut", arguments: available)
    func convolutions(isa: InstructionSet) {
        isa.withTable { table in
            for (index, shape) in ConvolvePixelsTests.shapes.enumerated() {
                ConvolvePixelsTests.check(table, shape, seed: UInt64(index + 1), tolerance: 4e-3)
            }
        }
    }

    @Test("Weights come back rounded to float16", arguments: available)
    func unpack(isa: InstructionSet) {
        isa.withTable { table in
            for (depth, columns) in [(32, 17), (33, 64), (100, 130), (40, 65), (31, 64), (64, 16)] {
                var numbers = Numbers(seed: UInt64(depth))
                let weights = numbers.array(depth * columns)
                var packed = [Float](repeating: 0, count: table.convolve.packed_floats(depth, columns))
                table.convolve.pack(weights, nil, depth, columns, &packed)
                var unpacked = [Float](repeating: .nan, count: weights.count)
                table.convolve.unpack(packed, depth, columns, &unpacked)
                let isHalf = depth >= 32 && columns > 16
                for (index, weight) in weights.enumerated() {
                    let power = Self.power((0..<depth).map { weights[$0 * columns + index % columns] })
                    #expect(unpacked[index] == (isHalf ? Float(Float16(weight / power)) * power : weight))
                }
            }
        }
    }

    @Test("Packed weights take half the memory", arguments: available)
    func memory(isa: InstructionSet) {
        isa.withTable { table in
            #expect(table.convolve.packed_floats(180, 192) == (180 / 2 + 2) * 192)
            #expect(table.convolve.packed_floats(64 * 9, 64) == (64 * 9 / 2 + 2) * 64)
        }
    }

    @Test("Rows and weights of any magnitude, NaN and infinity", arguments: available)
    func magnitudes(isa: InstructionSet) {
        isa.withTable { table in
            let (rows, depth, columns) = (30, 64, 40)
            for (scale, weightScale) in [(Float(1e30), Float(1e-25)), (1e-30, 1e25), (60000, 60000), (1e-38, 1)] {
                var numbers = Numbers(seed: 2)
                let source = TestSource(pixels: rows, channels: depth, numbers: &numbers)
                for index in 0..<rows * depth { source.floats.start[index] *= scale }
                source.floats.start[5 * depth + 63] = .nan
                source.floats.start[6 * depth] = .infinity
                let weights = numbers.array(depth * columns).map { $0 * weightScale }
                let packed = Floats([Float](repeating: 0, count: table.convolve.packed_floats(depth, columns)))
                table.convolve.pack(weights, nil, depth, columns, packed.start)
                let output = Floats([Float](repeating: 0, count: rows * columns))
                let scratch = Floats([Float](repeating: 0, count: table.convolve.scratch_floats(0, columns)))
                var layer = grl_layer(packed: packed.start, depth: depth, columns: columns)
                var (x, epilogue) = (source.source(), TestEpilogue().epilogue)
                var target = grl_row_target(
                    start: output.start, stride: columns, runs: 1, run_stride: 0, residual: nil, residual_stride: 0,
                    second_residual: nil, second_residual_stride: 0)
                table.convolve.linear(&layer, &x, 1, rows, &epilogue, &target, scratch.start)
                for row in 0..<rows {
                    let numbers = source.pixel(row)
                    for column in 0..<columns {
                        let actual = output.values[row * columns + column]
                        if row == 5 { #expect(actual.isNaN) }
                        if row == 6 { #expect(!actual.isFinite) }
                        guard row != 5, row != 6 else { continue }
                        let products = (0..<depth).map { numbers[$0] * Double(weights[$0 * columns + column]) }
                        let magnitude = products.reduce(0) { $0 + abs($1) }
                        #expect(abs(Double(actual) - products.reduce(0, +)) <= 2e-3 * magnitude, "\(scale)")
                    }
                }
            }
        }
    }
}
