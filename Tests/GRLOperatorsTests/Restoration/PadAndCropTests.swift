import GRLGraph
import GRLOperators
import GRLTensor
import TestSupport
import Testing

@Suite("Padding to a multiple and cropping to a scale")
struct PadAndCropTests {
    private func pad(_ image: Tensor, _ multiples: [Int]) throws -> Tensor {
        try OperatorRunner.run(
            "PadToMultiple", domain: "grl", attributes: ["multiples": .ints(multiples)], inputs: [image])[0]
    }

    @Test("Reflection leaves out the edge itself")
    func reflection() throws {
        let image = try tensor((1...6).map { Float($0) }, [1, 1, 2, 3])
        let padded = try pad(image, [3, 5])
        #expect(padded.shape.dimensions == [1, 1, 3, 5])
        #expect(try padded.elements(of: Float.self) == [1, 2, 3, 2, 1, 4, 5, 6, 5, 4, 1, 2, 3, 2, 1])
    }

    @Test("Where one side is too short to be reflected, both are padded with zeros")
    func zeros() throws {
        let image = try tensor([Float(1), 2, 3, 4], [1, 1, 2, 2])
        let padded = try pad(image, [4, 3])
        #expect(try padded.elements(of: Float.self) == [1, 2, 0, 3, 4, 0, 0, 0, 0, 0, 0, 0])
    }

    @Test("As Pad does it, for several images and channels, and other element types")
    func asPad() throws {
        let image = try noise([2, 3, 7, 9])
        let pads = try tensor([Int64(0), 0, 0, 0, 0, 0, 1, 3], [8])
        let expected = try OperatorRunner.run("Pad", attributes: ["mode": .string("reflect")], inputs: [image, pads])[0]
        #expect(try pad(image, [4, 6]).elements(of: Float.self) == expected.elements(of: Float.self))
        let bytes = try tensor([UInt8(1), 2, 3], [1, 1, 1, 3])
        #expect(try pad(bytes, [1, 4]).elements(of: UInt8.self) == [1, 2, 3, 2])
        #expect(try pad(image, [7, 3]).elements(of: Float.self) == image.elements(of: Float.self))
        #expect(try pad(noise([1, 1, 0, 3]), [4, 4]).shape.dimensions == [1, 1, 0, 4])
    }

    @Test("The top left corner remains, in the reference's size times the scale")
    func crop() throws {
        let image = try tensor((0..<24).map { Float($0) }, [1, 1, 4, 6])
        let reference = try noise([5, 2, 1, 2])
        let cropped = try OperatorRunner.run(
            "CropToScale", domain: "grl", attributes: ["scale": .int(2)], inputs: [image, reference])[0]
        #expect(cropped.shape.dimensions == [1, 1, 2, 4])
        #expect(try cropped.elements(of: Float.self) == [0, 1, 2, 3, 6, 7, 8, 9])
    }

    @Test("Wrong shapes and attributes are refused")
    func refusals() throws {
        func code(_ name: String, _ attributes: [String: AttributeValue], _ inputs: [Tensor?]) -> OperatorError.Code? {
            #expect(throws: OperatorError.self) {
                try OperatorRunner.run(name, domain: "grl", attributes: attributes, inputs: inputs)
            }?.code
        }
        let image = try noise([1, 1, 4, 4])
        #expect(code("PadToMultiple", ["multiples": .ints([0, 2])], [image]) == .attributeValue)
        #expect(code("PadToMultiple", ["multiples": .ints([2])], [image]) == .attributeValue)
        #expect(code("PadToMultiple", [:], [image]) == .attribute)
        #expect(code("PadToMultiple", ["multiples": .ints([2, 2])], [try noise([4, 4])]) == .shape)
        #expect(code("CropToScale", ["scale": .int(0)], [image, image]) == .attributeValue)
        #expect(code("CropToScale", ["scale": .int(2)], [image, image]) == .shape)
        #expect(throws: TensorError.self) { try pad(noise([1, 8, 1, 1]), [Int(Int32.max), Int(Int32.max)]) }
    }
}
