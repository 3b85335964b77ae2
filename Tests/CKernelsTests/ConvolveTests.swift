import CKernels
import Testing

@Suite("Linear layers and convolutions")
struct ConvolveTests {
    /// Rows, channels of each source and columns: around the sizes of tiles, panels and blocks; narrow
    /// columns alone and beside panels.
    static let linearShapes: [(rows: Int, channels: [Int], columns: Int)] = [
        (1, [1], 1), (5, [3], 7), (25, [16], 16), (31, [7, 9], 17), (24, [64], 64), (7, [20, 3, 5], 33),
        (49, [45], 45), (27, [70], 3), (13, [33], 2), (9, [10, 7], 4), (8, [5], 90), (3, [513, 40], 21), (0, [4], 4),
        (4, [Int](repeating: 2, count: 70), 19), (4, [Int](repeating: 3, count: 40), 1), (6, [], 5),
        (26, [100], 36), (11, [60, 41], 50), (5, [96], 17),
    ]

    @Test("Linear layers against float64, whole and cut", arguments: InstructionSet.available)
    func linear(isa: InstructionSet) {
        isa.withTable { table in
            for (index, shape) in Self.linearShapes.enumerated() {
                var numbers = Numbers(seed: UInt64(index + 1))
                let sources = shape.channels.map {
                    TestSource(pixels: shape.rows, channels: $0, gap: index % 3, numbers: &numbers)
                }
                let layer = TestLayer(
                    table, depth: shape.channels.reduce(0, +), columns: shape.columns, bias: index % 4 != 0,
                    numbers: &numbers)
                #expect(!layer.packedBits.contains(Float.nan.bitPattern), "pack fills what it asks for")
                for (epilogue, residuals) in Self.epilogues(columns: shape.columns, numbers: &numbers) {
                    let check = ConvolveCheck(
                        rows: shape.rows, columns: shape.columns, gap: index % 2, epilogue: epilogue,
                        residuals: residuals)
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

    @Test("What is packed can be unpacked", arguments: InstructionSet.available)
    func unpack(isa: InstructionSet) {
        isa.withTable { table in
            for (depth, columns) in [(1, 1), (5, 3), (7, 16), (3, 45), (2, 130), (4, 0), (100, 36)] {
                var numbers = Numbers(seed: UInt64(depth))
                let weights = numbers.array(depth * columns)
                var packed = [Float](repeating: 0, count: table.convolve.packed_floats(depth, columns))
                table.convolve.pack(weights, nil, depth, columns, &packed)
                var unpacked = [Float](repeating: .nan, count: weights.count)
                table.convolve.unpack(packed, depth, columns, &unpacked)
                #expect(unpacked == weights)
            }
        }
    }

    /// Every activation, normalisation, and none to two residuals.
    private static func epilogues(columns: Int, numbers: inout Numbers) -> [(TestEpilogue, Int)] {
        var list = everyActivation.map { (TestEpilogue(activation: $0), 0) }
        list.append((TestEpilogue(), 1))
        list.append((TestEpilogue(activation: GRL_ACTIVATION_GELU), 2))
        if columns > 1 {
            let normalization = (Floats(numbers.array(columns)), Floats(numbers.array(columns)))
            list.append((TestEpilogue(normalization: normalization), 0))
            list.append((TestEpilogue(activation: GRL_ACTIVATION_LEAKY_RELU, normalization: normalization), 2))
        }
        return list
    }

    @Test("Pairs of layers against float64, whole and cut", arguments: InstructionSet.available)
    func pairs(isa: InstructionSet) {
        let shapes = [(1, 1, 1, 1), (50, 13, 29, 17), (25, 32, 64, 32), (26, 5, 3, 40), (30, 40, 70, 2)]
        isa.withTable { table in
            for (index, (rows, channels, hidden, columns)) in shapes.enumerated() {
                var numbers = Numbers(seed: UInt64(index + 40))
                let source = TestSource(pixels: rows, channels: channels, gap: index, numbers: &numbers)
                let first = TestLayer(table, depth: channels, columns: hidden, numbers: &numbers)
                let second = TestLayer(table, depth: hidden, columns: columns, numbers: &numbers)
                for (epilogue, residuals) in Self.epilogues(columns: columns, numbers: &numbers) {
                    let activation = everyActivation[(index + residuals) % everyActivation.count]
                    let check = ConvolveCheck(
                        rows: rows, hidden: hidden, columns: columns, gap: 0, epilogue: epilogue, residuals: residuals)
                    check(table, "\(rows) \(channels) \(hidden) \(columns)") { row, count, epilogue, target, scratch in
                        var (one, two, x) = (first.layer, second.layer, source.source(from: row))
                        var (epilogue, target) = (epilogue, target)
                        table.convolve.mlp(
                            &one, activation, 0.1, &two, &x, 1, count, &epilogue, &target, scratch)
                    } sums: { row in
                        second(first(source.pixel(row)).map { activated($0, activation, slope: 0.1) })
                    }
                }
            }
        }
    }

    @Test("A pair of layers may write its results over its source", arguments: InstructionSet.available)
    func pairInPlace(isa: InstructionSet) {
        isa.withTable { table in
            var numbers = Numbers(seed: 3)
            let (rows, channels) = (53, 20)
            let source = TestSource(pixels: rows, channels: channels, numbers: &numbers)
            let first = TestLayer(table, depth: channels, columns: 40, numbers: &numbers)
            let second = TestLayer(table, depth: 40, columns: channels, numbers: &numbers)
            let scratch = Floats([Float](repeating: 0, count: table.convolve.scratch_floats(40, channels)))
            let apart = Floats([Float](repeating: 0, count: rows * channels))
            for output in [apart, source.floats] {
                var (one, two, x) = (first.layer, second.layer, source.source())
                var epilogue = TestEpilogue().epilogue
                var target = grl_row_target(
                    start: output.start, stride: channels, runs: 1, run_stride: 0, residual: source.floats.start,
                    residual_stride: channels, second_residual: nil, second_residual_stride: 0)
                table.convolve.mlp(
                    &one, GRL_ACTIVATION_GELU, 0, &two, &x, 1, rows, &epilogue, &target, scratch.start)
            }
            #expect(source.floats.bits == apart.bits)
        }
    }

    @Test("NaN reaches the results that depend on it, and no others", arguments: InstructionSet.available)
    func notANumber(isa: InstructionSet) {
        isa.withTable { table in
            for columns in [1, 3, 20] {
                for activation in everyActivation {
                    for residuals in [0, 1] {
                        var numbers = Numbers(seed: 5)
                        let source = TestSource(pixels: 9, channels: 21, numbers: &numbers)
                        let layer = TestLayer(table, depth: 21, columns: columns, numbers: &numbers)
                        source.floats.start[4 * 21 + 20] = .nan
                        let output = Floats(numbers.array(9 * columns))
                        let scratch = Floats([Float](repeating: 0, count: table.convolve.scratch_floats(0, columns)))
                        var (plain, x) = (layer.layer, source.source())
                        var epilogue = TestEpilogue(activation: activation).epilogue
                        var target = grl_row_target(
                            start: output.start, stride: columns, runs: 1, run_stride: 0,
                            residual: residuals > 0 ? UnsafePointer(output.start) : nil, residual_stride: columns,
                            second_residual: nil, second_residual_stride: 0)
                        table.convolve.linear(&plain, &x, 1, 9, &epilogue, &target, scratch.start)
                        for (place, value) in output.values.enumerated() {
                            #expect(value.isNaN == (place / columns == 4), "\(activation) \(columns) at \(place)")
                        }
                    }
                }
            }
        }
    }
}
