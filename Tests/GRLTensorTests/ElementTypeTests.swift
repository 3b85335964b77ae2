import GRLTensor
import Testing

@Suite struct ElementTypeTests {
    private static let swiftTypes: [any TensorElement.Type] = [
        Float.self, Double.self, Float16.self, BFloat16.self, Int8.self, Int16.self, Int32.self, Int64.self,
        UInt8.self, UInt16.self, UInt32.self, UInt64.self, Bool.self, Int4.self, UInt4.self,
    ]

    @Test func everyTypeHasItsSwiftType() {
        #expect(Set(Self.swiftTypes.map { $0.elementType }) == Set(ElementType.allCases))
    }

    @Test func byteCountsAreThoseOfMemory() {
        func stride<Element: TensorElement>(_ type: Element.Type) -> Int { MemoryLayout<Element>.stride }
        for type in Self.swiftTypes { #expect(type.elementType.byteCount == stride(type)) }
    }

    @Test func kindsAreDisjoint() {
        for type in ElementType.allCases {
            #expect([type.isFloatingPoint, type.isInteger, type == .bool].count { $0 } == 1)
        }
    }

    @Test func fourBitIntegersKeepTheLowBits() {
        #expect(
            (0...15).map { Int4(truncating: $0).value } == [0, 1, 2, 3, 4, 5, 6, 7, -8, -7, -6, -5, -4, -3, -2, -1])
        #expect(Int4(truncating: 0xF7).value == 7)
        #expect(UInt4(truncating: 0xF7).value == 7)
        #expect(UInt4(truncating: 0x0F).value == 15)
    }
}
