import Foundation
import GRLGraph
import GRLTensor

/// How an index of a resized axis is turned into a place on the original axis; names and formulas are those of the ONNX
/// standard.
enum CoordinateTransformation: String, CaseIterable {
    case halfPixel = "half_pixel"
    case halfPixelSymmetric = "half_pixel_symmetric"
    case pytorchHalfPixel = "pytorch_half_pixel"
    case alignCorners = "align_corners"
    case asymmetric
    case cropAndResize = "tf_crop_and_resize"
}

/// One axis of a resizing.
struct ResizedAxis: Hashable {
    /// The lengths before and after.
    var input: Int
    var output: Int
    /// Output length by input length; need not be exact, since the output length is whole.
    var scale: Double
    /// The part of the input that is taken, from 0 (first element) to 1 (last element).
    var regionStart = 0.0
    var regionEnd = 1.0

    /// An axis that stays as it is.
    init(unchanged extent: Int) {
        input = extent
        output = extent
        scale = 1
    }

    /// Whether every output element is the input element at its place.
    func isIdentity(_ transformation: CoordinateTransformation) -> Bool {
        input == output && scale == 1
            && (transformation != .cropAndResize || (regionStart == 0 && regionEnd == 1))
    }

    /// The place on the input axis that output element `index` stands for, in elements; nil outside the region that
    /// `cropAndResize` can read.
    func place(of index: Int, _ transformation: CoordinateTransformation) -> Double? {
        let x = Double(index)
        let last = Double(input) - 1
        let length = scale * Double(input)
        switch transformation {
        case .halfPixel:
            return (x + 0.5) / scale - 0.5
        case .halfPixelSymmetric:
            return Double(input) / 2 * (1 - Double(output) / length) + (x + 0.5) / scale - 0.5
        case .pytorchHalfPixel:
            return length > 1 ? (x + 0.5) / scale - 0.5 : 0
        case .alignCorners:
            return length > 1 ? x * last / (length - 1) : 0
        case .asymmetric:
            return x / scale
        case .cropAndResize:
            let place =
                length > 1
                ? regionStart * last + x * (regionEnd - regionStart) * last / (length - 1)
                : (regionStart + regionEnd) / 2 * last
            return place >= 0 && place <= last ? place : nil
        }
    }
}

/// Which of the two neighbours of a place is the nearest.
enum NearestRounding: String, CaseIterable {
    case roundPreferFloor = "round_prefer_floor"
    case roundPreferCeil = "round_prefer_ceil"
    case floor
    case ceil

    func round(_ place: Double) -> Double {
        switch self {
        case .roundPreferFloor: (place - 0.5).rounded(.up)
        case .roundPreferCeil: (place + 0.5).rounded(.down)
        case .floor: place.rounded(.down)
        case .ceil: place.rounded(.up)
        }
    }
}
