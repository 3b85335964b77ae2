import Foundation
import GRLGraph
import GRLOperators
import GRLTensor
import TestSupport
import Testing

@Suite("Window attention")
struct WindowAttentionTests {
    @Test("As attention over the whole image, with pairs of different windows left out", arguments: WindowCase.all)
    func dense(_ example: WindowCase) throws {
        let inputs = try example.inputs()
        let result = try OperatorRunner.run(
            "WindowAttention", domain: "grl", attributes: example.attributes, inputs: inputs)[0]
        let expected = try example.dense(inputs)
        #expect(try Difference(result, expected).maximum <= 2e-6)
        _ = try ChannelsLast.checked("WindowAttention", inputs, example.attributes, bound: 2e-5)
    }

    @Test(
        "Windows that are cut into pieces, and many small ones",
        arguments: [
            WindowCase(headSize: 16, windows: [1, 2], queryWindow: [8, 16], keyWindow: [96, 100], mask: -100),
            WindowCase(
                headSize: 4, windows: [9, 8], queryWindow: [4, 4], keyWindow: [8, 8], queryShift: [2, 2],
                keyShift: [4, 4], mask: -100),
            WindowCase(
                batch: 2, headSize: 8, windows: [1, 1], queryWindow: [60, 64], keyWindow: [16, 18],
                queryShift: [30, 32], keyShift: [8, 9], mask: -100),
        ])
    func pieces(_ example: WindowCase) throws {
        _ = try ChannelsLast.checked("WindowAttention", example.inputs(), example.attributes, bound: 2e-5)
    }

    @Test("Runs with other tables do not take those that were prepared before")
    func otherTables() throws {
        let example = WindowCase()
        var inputs = try example.inputs()
        var node = NodeReader(
            operatorName: "", opset: 1, inputs: [], outputCount: 1, attributes: example.attributes)
        let operation = try WindowAttention(&node)
        for seed in [4, 5, 5] as [UInt64] {
            inputs[4] = try noise([2, 7, 7], seed: seed)
            for scale in [1, 2] as [Float] {
                inputs[3] = try tensor([scale, 3], [2])
                var context = EvaluationContext(inputs: inputs)
                let fast = try #require(try operation.accelerate(&context)?[0])
                #expect(try Difference(fast, operation.evaluate(&context)[0]).isWithinBound)
            }
        }
    }

    @Test("Two tokens by hand: equal logits give the mean, a mask of -100 takes one away")
    func byHand() throws {
        let (query, value) = (try tensor([Float(1), 1], [1, 1, 2, 1]), try tensor([Float(3), 5], [1, 1, 2, 1]))
        var attributes: [String: AttributeValue] = [
            "heads": .int(1), "head_size": .int(1), "query_window": .ints([1, 2]), "key_window": .ints([1, 2]),
            "cosine": .int(0),
        ]
        let inputs = [query, query, value, try tensor([Float(2)], [1])]
        func run() throws -> [Float] {
            try OperatorRunner.run("WindowAttention", domain: "grl", attributes: attributes, inputs: inputs)[0]
                .elements(of: Float.self)
        }
        #expect(try run() == [4, 4])
        attributes["query_shift"] = .ints([0, 1])
        attributes["key_shift"] = .ints([0, 1])
        #expect(try run() == [4, 4])
        attributes["mask"] = .float(-100)
        #expect(try run() == [3, 5])
    }

    @Test("NaN in a key reaches the outputs of its window, no others")
    func notANumber() throws {
        var key = [Float](repeating: 0.5, count: 8)
        key[2] = .nan
        let images = try tensor([Float](repeating: 0.5, count: 8), [1, 2, 4, 1])
        let result = try OperatorRunner.run(
            "WindowAttention", domain: "grl",
            attributes: [
                "heads": .int(1), "head_size": .int(1), "query_window": .ints([2, 2]), "key_window": .ints([2, 2]),
                "cosine": .int(1),
            ], inputs: [images, tensor(key, [1, 2, 4, 1]), images, tensor([Float(1)], [1])])[0]
        let isNaN = try result.elements(of: Float.self).map(\.isNaN)
        #expect(isNaN == [false, false, true, true, false, false, true, true])
    }

    @Test("Inputs and attributes that do not fit are refused")
    func refusals() throws {
        let example = WindowCase.all[1]
        func expectError(
            _ code: OperatorError.Code, _ text: String, replacing index: Int? = nil, by tensor: Tensor? = nil,
            attributes: [String: AttributeValue] = [:]
        ) throws {
            var inputs = try example.inputs()
            if let index { inputs[index] = tensor }
            let error = #expect(throws: OperatorError.self) {
                try OperatorRunner.run(
                    "WindowAttention", domain: "grl", attributes: example.attributes.merging(attributes) { $1 },
                    inputs: inputs)
            }
            #expect(error?.code == code && error?.message.contains(text) == true, "\(String(describing: error))")
        }
        try expectError(.shape, "expected multiples of its window", attributes: ["query_window": .ints([5, 4])])
        try expectError(.shape, "expected as many", attributes: ["key_window": .ints([8, 6])])
        try expectError(.shape, "the table", replacing: 4, by: noise([2, 5, 4]))
        try expectError(.shape, "the scale", replacing: 3, by: noise([3]))
        try expectError(.shape, "C at least", attributes: ["query_channel": .int(90)])
        try expectError(.elementType, "float64", replacing: 3, by: GRLOperatorsTests.tensor([1.0, 2], [2]))
        try expectError(.attributeValue, "expected less than query_window", attributes: ["query_shift": .ints([4, 0])])
        try expectError(
            .attributeValue, "both or neither", attributes: ["query_shift": .ints([1, 0]), "mask": .float(-1)])
        try expectError(.attributeValue, "head_size is 0", attributes: ["head_size": .int(0)])
        try expectError(.attributeValue, "expected 2", attributes: ["key_window": .ints([1])])
    }
}

/// Sizes of a window attention, and its result by another way.
struct WindowCase: CustomTestStringConvertible {
    var batch = 1
    var heads = 2
    var headSize = 3
    var windows = [2, 1]
    var queryWindow = [4, 4]
    var keyWindow = [4, 4]
    var queryShift = [0, 0]
    var keyShift = [0, 0]
    var isCosine = true
    var mask: Float = 0
    var hasTable = true
    /// Channels before and behind those that are read.
    var margins = [0, 0]
    var scale: Float = 8

    static let all = [
        WindowCase(),
        WindowCase(
            batch: 2, queryWindow: [2, 4], keyWindow: [4, 6], queryShift: [1, 2], keyShift: [2, 3], mask: -100,
            margins: [2, 5]),
        WindowCase(
            heads: 1, headSize: 5, windows: [1, 3], queryWindow: [6, 2], keyWindow: [3, 1], isCosine: false,
            hasTable: false, scale: 0.4),
        // The mask does not silence logits as far apart as these: masked pairs carry weight.
        WindowCase(windows: [1, 1], queryShift: [2, 0], keyShift: [2, 0], mask: -100, scale: 100),
        WindowCase(
            windows: [3, 2], queryWindow: [3, 3], keyWindow: [2, 2], queryShift: [0, 1], keyShift: [0, 1], mask: -2),
    ]

    var testDescription: String { "\(batch) x \(windows) windows \(queryWindow) and \(keyWindow), mask \(mask)" }

    var attributes: [String: AttributeValue] {
        [
            "heads": .int(heads), "head_size": .int(headSize), "query_channel": .int(margins[0]),
            "key_channel": .int(margins[0] + 1), "value_channel": .int(margins[0]), "query_window": .ints(queryWindow),
            "key_window": .ints(keyWindow), "query_shift": .ints(queryShift), "key_shift": .ints(keyShift),
            "cosine": .int(isCosine ? 1 : 0), "mask": .float(mask),
        ]
    }

    func extent(_ window: [Int]) -> [Int] { [windows[0] * window[0], windows[1] * window[1]] }

    func inputs() throws -> [Tensor?] {
        let channels = heads * headSize + margins[0] + margins[1] + 1
        let table = [heads, queryWindow[0] + keyWindow[0] - 1, queryWindow[1] + keyWindow[1] - 1]
        let scales = try tensor((0..<heads).map { scale / Float($0 + 1) }, [heads])
        return [
            try noise([batch] + extent(queryWindow) + [channels], seed: 1),
            try noise([batch] + extent(keyWindow) + [channels], seed: 2),
            try noise([batch] + extent(keyWindow) + [channels + 1], seed: 3), scales,
            hasTable ? try noise(table, seed: 4) : nil,
        ]
    }

    /// Where a pixel lies after the images are rolled back by the shift: its window, its place there, and its region.
    private func place(_ pixel: Int, _ extent: Int, _ window: Int, _ shift: Int) -> (
        window: Int, token: Int, region: Int
    ) {
        let rolled = (pixel - shift + extent) % extent
        let region = shift == 0 || rolled < extent - window ? 0 : rolled < extent - shift ? 1 : 2
        return (rolled / window, rolled % window, region)
    }

    /// Every query of an image against every key of it.
    func dense(_ inputs: [Tensor?]) throws -> Tensor {
        let arrays = try inputs.map { try $0?.elements(of: Float.self) ?? [] }
        let (q, k) = (extent(queryWindow), extent(keyWindow))
        let widths = inputs.map { $0?.shape.dimensions.last ?? 0 }
        func vector(_ operand: Int, _ pixel: Int, _ first: Int, _ head: Int) -> [Double] {
            let start = pixel * widths[operand] + first + head * headSize
            return arrays[operand][start..<start + headSize].map { Double($0) }
        }
        func length(_ row: [Double]) -> Double { isCosine ? max(sqrt(row.map { $0 * $0 }.reduce(0, +)), 1e-12) : 1 }
        var output = [Float](repeating: 0, count: batch * q[0] * q[1] * heads * headSize)
        for image in 0..<batch {
            for (head, pixel) in (0..<heads).flatMap({ head in (0..<q[0] * q[1]).map { (head, $0) } }) {
                let (y, x) = (pixel / q[1], pixel % q[1])
                let down = place(y, q[0], queryWindow[0], queryShift[0])
                let across = place(x, q[1], queryWindow[1], queryShift[1])
                let queryRow = vector(0, image * q[0] * q[1] + pixel, margins[0], head)
                var total = 0.0
                var sums = [Double](repeating: 0, count: headSize)
                for other in 0..<k[0] * k[1] {
                    let keyDown = place(other / k[1], k[0], keyWindow[0], keyShift[0])
                    let keyAcross = place(other % k[1], k[1], keyWindow[1], keyShift[1])
                    guard keyDown.window == down.window, keyAcross.window == across.window else { continue }
                    let keyRow = vector(1, image * k[0] * k[1] + other, margins[0] + 1, head)
                    let product = zip(queryRow, keyRow).map(*).reduce(0, +) / length(queryRow) / length(keyRow)
                    var logit = Double(arrays[3][head]) * product
                    if hasTable {
                        let columns = queryWindow[1] + keyWindow[1] - 1
                        let row =
                            head * (queryWindow[0] + keyWindow[0] - 1) + down.token - keyDown.token + keyWindow[0] - 1
                        logit += Double(arrays[4][row * columns + across.token - keyAcross.token + keyWindow[1] - 1])
                    }
                    if down.region != keyDown.region || across.region != keyAcross.region { logit += Double(mask) }
                    let power = exp(logit)
                    total += power
                    for (channel, value) in vector(2, image * k[0] * k[1] + other, margins[0], head).enumerated() {
                        sums[channel] += power * value
                    }
                }
                for channel in 0..<headSize {
                    let pixels = image * q[0] * q[1] + pixel
                    output[(pixels * heads + head) * headSize + channel] = Float(sums[channel] / total)
                }
            }
        }
        return try tensor(output, [batch, q[0], q[1], heads * headSize])
    }
}
