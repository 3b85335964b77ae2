import GRLRestoration
import GRLTensor
import Testing

@Suite struct PictureTensorTests {
    @Test func mirroringGoesOnForever() {
        #expect((0..<10).map { mirrored($0, length: 4) } == [0, 1, 2, 3, 2, 1, 0, 1, 2, 3])
        #expect((0..<3).map { mirrored($0, length: 1) } == [0, 0, 0])
        #expect((0..<5).map { mirrored($0, length: 2) } == [0, 1, 0, 1, 0])
    }

    @Test func regionsMirrorBeyondThePicture() throws {
        let picture = try Tensor.picture(2, 3, 3) { Float($0 * 100 + $1 * 10 + $2) }
        let region = try picture.region(top: 1, left: 2, height: 3, width: 2)
        #expect(region.shape.dimensions == [1, 2, 3, 2])
        #expect(try region.elements() == [12, 11, 22, 21, 12, 11, 112, 111, 122, 121, 112, 111] as [Float])
    }

    @Test func enlargingIsBilinearBetweenCentres() throws {
        let picture = try Tensor([0, 1] as [Float], shape: Shape([1, 1, 1, 2]))
        let large = try picture.enlarged(by: 2)
        #expect(large.shape.dimensions == [1, 1, 2, 4])
        #expect(try large.elements() == [0, 0.25, 0.75, 1, 0, 0.25, 0.75, 1] as [Float])
        let row = try picture.enlarged(by: 3).elements(of: Float.self).prefix(6)
        #expect(zip(row, [0, 0, 1 / 3, 2 / 3, 1, 1]).allSatisfy { abs($0 - $1) < 1e-6 })
    }

    @Test func symmetriesAreEightAndUndone() throws {
        #expect(Set(ImageSymmetry.all).count == 8)
        #expect(ImageSymmetry.flips.count == 4)
        let picture = try Tensor.picture(2, 3, 5) { Float($0 * 100 + $1 * 10 + $2) }
        var results: Set<[Float]> = []
        for symmetry in ImageSymmetry.all {
            let changed = try symmetry.applied(to: picture)
            #expect(changed.shape.dimensions == (symmetry.transposes ? [1, 2, 5, 3] : [1, 2, 3, 5]))
            results.insert(try changed.elements())
            let sum = try Tensor.blackPicture(channels: 2, height: 3, width: 5)
            try symmetry.addInverse(of: changed, times: 0.5, to: sum)
            #expect(try sum.elements() == picture.elements(of: Float.self).map { $0 / 2 })
        }
        #expect(results.count == 8)
    }

    @Test func flipsAreWhatTheirNamesSay() throws {
        let picture = try Tensor([1, 2, 3, 4] as [Float], shape: Shape([1, 1, 2, 2]))
        func changed(_ transposes: Bool, _ rows: Bool, _ columns: Bool) throws -> [Float] {
            try ImageSymmetry(transposes: transposes, flipsRows: rows, flipsColumns: columns).applied(to: picture)
                .elements()
        }
        #expect(try changed(false, true, false) == [3, 4, 1, 2])
        #expect(try changed(false, false, true) == [2, 1, 4, 3])
        #expect(try changed(true, false, false) == [1, 3, 2, 4])
    }
}
