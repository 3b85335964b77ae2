import GRL
import GRLGraph
import GRLInspection
import GRLTools

/// The report of `grl-inspect attention --json`, described in Docs/inspect-attention.md.
struct AttentionReport: Encodable, Sendable {
    let format = "grl-inspect-attention/1"
    let version = toolVersion
    /// All layers, where no picture was given.
    var layers: [LayerPart]?
    var drawing: Drawing?
    var error: ErrorReport?
    var exitCode: Int32 = 0

    struct BranchPart: Encodable, Sendable {
        /// `window` or `stripe`.
        let branch: String
        /// Rows and columns.
        let window: [Int]
        let shift: [Int]
        /// Rows and columns of a stripe's anchors.
        let anchors: [Int]?
        let heads: Int
        let headSize: Int
        let masked: Bool
    }

    struct LayerPart: Encodable, Sendable {
        let number: Int
        /// What the names of its attentions' nodes have in common; empty where that is nothing.
        let name: String
        let branches: [BranchPart]

        init(_ layer: AttentionLayer, in graph: Graph) {
            number = layer.number
            name = layer.name
            branches = layer.branches.compactMap { branch in
                layer.geometry(of: branch, in: graph).map { geometry in
                    BranchPart(
                        branch: branch.rawValue, window: [geometry.window.y, geometry.window.x],
                        shift: [geometry.shift.y, geometry.shift.x],
                        anchors: geometry.anchors.map { [$0.y, $0.x] }, heads: geometry.heads,
                        headSize: geometry.headSize, masked: geometry.isMasked)
                }
            }
        }
    }

    struct Pixel: Encodable, Sendable {
        let x: Int
        let y: Int
        let weight: Double
    }

    struct Drawing: Encodable, Sendable {
        let output: String
        let layer: LayerPart
        let branch: String
        /// How many heads the branch has.
        let heads: Int
        /// The one head that was drawn; left out for the mean of all.
        let head: Int?
        /// The pixel of the picture.
        let x: Int
        let y: Int
        /// How many pixels it can look at.
        let visiblePixels: Int
        /// How many pixels would share the weight evenly: e to its entropy.
        let effectivePixels: Double
        /// In pixels of the layer's image, by weight.
        let meanDistance: Double
        let strongest: Pixel
        /// The part of the weight that is not on padding.
        let shareOnPicture: Double
        /// The anchor of a stripe that the pixel reads most from, by its place in the grid of anchors.
        let strongestAnchor: Pixel?

        init(
            _ attention: PixelAttention, layer: LayerPart, heads: Int, head: Int?, position: PixelPosition,
            image: Image, output: String
        ) {
            self.output = output
            self.layer = layer
            self.heads = heads
            self.head = head
            (x, y) = (position.x, position.y)
            branch = attention.branch.rawValue
            let map = attention.pixels
            visiblePixels = map.isSeen.count { $0 }
            effectivePixels = map.effectivePixels
            meanDistance = map.meanDistance(fromRow: attention.row, column: attention.column)
            strongest = Self.strongest(of: map)
            shareOnPicture = attention.shareOnPicture(image)
            strongestAnchor = (attention.factors?.anchors).map(Self.strongest)
        }

        private static func strongest(of map: AttentionMap) -> Pixel {
            let index = map.strongest
            return Pixel(x: index % max(map.width, 1), y: index / max(map.width, 1), weight: map.weights[index])
        }
    }
}
