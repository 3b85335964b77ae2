import GRLOptimizer
import GRLTensor
import Testing

@Suite struct RegionMaskTests {
    /// The mask of windows of `window` pixels on a picture of `rows` × `columns` windows, from the labels of the nine
    /// regions that a roll by half a window leaves.
    private func mask(rows: Int, columns: Int, window: (height: Int, width: Int), leading: Int = 1) throws -> Tensor {
        let (height, width) = (rows * window.height, columns * window.width)
        func region(_ index: Int, _ length: Int, _ window: Int) -> Int {
            index < length - window ? 0 : index < length - window / 2 ? 1 : 2
        }
        var elements: [Float] = []
        for row in 0..<rows {
            for column in 0..<columns {
                let labels = (0..<window.height * window.width).map { token in
                    let y = row * window.height + token / window.width
                    let x = column * window.width + token % window.width
                    return region(y, height, window.height) * 3 + region(x, width, window.width)
                }
                for a in labels { elements += labels.map { $0 == a ? 0 : -100 } }
            }
        }
        let tokens = window.height * window.width
        return try Tensor(elements, shape: Shape([leading, rows * columns, 1, tokens, tokens]))
    }

    @Test(arguments: [(4, 6, 4, 4), (6, 4, 4, 4), (1, 5, 4, 4), (5, 1, 4, 4), (2, 3, 2, 8), (3, 2, 8, 4), (1, 1, 4, 6)])
    func masksTellTheirPicture(_ rows: Int, _ columns: Int, _ height: Int, _ width: Int) throws {
        let mask = try mask(rows: rows, columns: columns, window: (height, width))
        guard rows * columns > 1 else {
            #expect(!RegionMask.isMask(mask))
            return
        }
        #expect(RegionMask.isMask(mask))
        #expect(RegionMask(mask) == RegionMask(height: rows * height, width: columns * width))
    }

    @Test func otherTensorsAreNoMasks() throws {
        for (dimensions, value) in [
            ([4, 16, 16], Float(0)), ([4, 16, 16], -99), ([16, 16], -100), ([4, 16, 8], -100),
        ] {
            let shape = try Shape(dimensions)
            #expect(try !RegionMask.isMask(Tensor([Float](repeating: value, count: shape.count), shape: shape)))
        }
        let uniform = try Tensor([Float](repeating: -100, count: 4 * 64), shape: Shape([4, 8, 8]))
        #expect(RegionMask(uniform) == nil)
    }
}
