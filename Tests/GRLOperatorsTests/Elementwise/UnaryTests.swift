import GRLGraph
import GRLOperators
import GRLTensor
import TestSupport
import Testing

/// Operators of one operand.
@Suite struct UnaryTests {
    @Test(arguments: [
        "Abs", "Ceil", "Cos", "Elu", "Erf", "Exp", "Floor", "Gelu", "HardSigmoid", "HardSwish", "LeakyRelu", "Mish",
        "Neg", "Reciprocal", "Relu", "Round", "Selu", "Sigmoid", "Sin", "Softplus", "Softsign", "Swish", "Tanh",
    ])
    func fastWay(name: String) throws {
        #expect(try Sample.fastDifference(name, Sample.floats([3, 341])) <= 1e-6)
        let special = try Sample.tensor([0, -0, .infinity, -.infinity, .nan, 2.5, -2.5, 100, -100] as [Float], 9)
        if !["Cos", "Sin"].contains(name) { #expect(try Sample.fastDifference(name, special) <= 1e-6) }
        #expect(try Sample.fastDifference(name, Sample.floats([2, 0])) == 0)
    }

    @Test(arguments: ["Log", "Sqrt"])
    func fastWayOfPositiveNumbers(name: String) throws {
        #expect(try Sample.fastDifference(name, Sample.floats([1000], in: 0...9)) <= 1e-6)
    }

    @Test func attributesChangeTheFastWay() throws {
        let x = try Sample.floats([999])
        #expect(try Sample.fastDifference("Gelu", attributes: ["approximate": .string("tanh")], x) <= 1e-6)
        #expect(try Sample.fastDifference("LeakyRelu", attributes: ["alpha": .float(0.3)], x) <= 1e-6)
        #expect(try Sample.fastDifference("Swish", attributes: ["alpha": .float(0.5)], x) <= 1e-6)
        #expect(
            try Sample.fastDifference("HardSigmoid", attributes: ["alpha": .float(0.5), "beta": .float(0.4)], x) <= 1e-6
        )
    }

    @Test func values() throws {
        func value(_ name: String, at x: Double, _ attributes: [String: AttributeValue] = [:]) throws -> Double {
            try Sample.run(name, attributes: attributes, Tensor(scalar: x))[0]
        }
        #expect(abs(try value("Erf", at: 0.5) - 0.5204998778130465) < 1e-15)
        #expect(abs(try value("Gelu", at: 1) - 0.8413447460685429) < 1e-15)
        #expect(abs(try value("Gelu", at: 1, ["approximate": .string("tanh")]) - 0.8411919906082768) < 1e-12)
        #expect(abs(try value("Mish", at: 1) - 0.8650983882673103) < 1e-14)
        #expect(abs(try value("Celu", at: -2, ["alpha": .float(2)]) - 2 * (0.36787944117144233 - 1)) < 1e-14)
        #expect(try value("Softplus", at: 1000) == 1000)
        #expect(try value("ThresholdedRelu", at: 1) == 0)
        #expect(try value("Shrink", at: -2, ["bias": .float(1.5), "lambd": .float(1)]) == -0.5)
        #expect(try value("Round", at: 2.5) == 2)
        #expect(try value("Round", at: -3.5) == -4)
        #expect(try value("Round", at: -0.5).sign == .minus)
    }

    @Test func integers() throws {
        let x = try Tensor(vector: [Int8.min, -3, 0, 7])
        #expect(try Sample.run("Abs", x) == [Int8.min, 3, 0, 7])
        #expect(try Sample.run("Neg", x) == [Int8.min, 3, 0, -7])
        #expect(try Sample.run("Sign", x) == [-1, -1, 0, 1] as [Int8])
        #expect(try Sample.run("Relu", x) == [0, 0, 0, 7] as [Int8])
        #expect(try Sample.run("BitwiseNot", x) == [127, 2, -1, -8] as [Int8])
        #expect(try Sample.run("Shrink", x) == [Int8.min, -3, 0, 7])
    }

    @Test func smallFloats() throws {
        #expect(try Sample.run("Sqrt", Tensor(vector: [Float16(2)])) == [Float16(1.4140625)])
        #expect(try Sample.run("Exp", Tensor(vector: [BFloat16(1)])) == [BFloat16(2.71875)])
    }

    @Test func predicates() throws {
        let x = try Tensor(vector: [.infinity, -.infinity, .nan, 1] as [Float])
        #expect(try Sample.run("IsNaN", x) == [false, false, true, false])
        #expect(try Sample.run("IsInf", x) == [true, true, false, false])
        #expect(try Sample.run("IsInf", attributes: ["detect_negative": .int(0)], x) == [true, false, false, false])
        #expect(try Sample.run("Not", Tensor(vector: [true, false])) == [false, true])
    }

    @Test func wrongTypes() throws {
        for (name, input) in [
            ("Exp", try Tensor(vector: [1] as [Int32])), ("Not", try Tensor(vector: [1] as [Float])),
            ("Neg", try Tensor(vector: [1] as [UInt8])), ("Abs", try Tensor(vector: [true])),
        ] {
            let error = #expect(throws: OperatorError.self) { try OperatorRunner.run(name, inputs: [input]) }
            #expect(error?.code == .elementType)
        }
        #expect(throws: OperatorError.self) {
            try OperatorRunner.run("Gelu", attributes: ["approximate": .string("sigmoid")], inputs: [nil])
        }
    }

    @Test func unknownBeforeTheirVersion() {
        #expect(OperatorRegistry.find("Gelu", opset: 19) == nil)
        #expect(OperatorRegistry.find("Gelu", opset: 20) != nil)
        #expect(OperatorRegistry.find("Swish", opset: 23) == nil)
    }

    @Test func writesBackItsAttributes() throws {
        var node = NodeReader(
            operatorName: "Selu", opset: 21, inputs: [], outputCount: 1, attributes: ["alpha": .float(3)])
        guard case .float(3)? = try Selu(&node).attributes["alpha"] else {
            Issue.record("alpha is lost")
            return
        }
    }
}
