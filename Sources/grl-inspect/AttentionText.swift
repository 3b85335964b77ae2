import Foundation
import GRLTensor

/// What `grl-inspect attention` prints for people.
enum AttentionText {
    /// The layers, a line for each branch.
    static func table(_ layers: [AttentionReport.LayerPart]) -> String {
        var lines = ["layer  branch  attends in"]
        for layer in layers {
            for (index, branch) in layer.branches.enumerated() {
                let number = index == 0 ? "\(layer.number)" : ""
                let name = index == 0 && !layer.name.isEmpty ? "  \(printable(layer.name))" : ""
                lines.append(
                    String(repeating: " ", count: max(5 - number.count, 0)) + number + "  " + branch.branch + "  "
                        + text(branch) + name)
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// For example `16×16, shifted by 8×8, masked; 2 heads of 16 channels`.
    private static func text(_ branch: AttentionReport.BranchPart) -> String {
        func size(_ pair: [Int]) -> String { pair.map(String.init).joined(separator: "×") }
        let shift = branch.shift.allSatisfy { $0 == 0 } ? "" : ", shifted by \(size(branch.shift))"
        let anchors = branch.anchors.map { " through \(size($0)) anchors" } ?? ""
        return size(branch.window) + anchors + shift + (branch.masked ? ", masked" : "")
            + "; \(branch.heads) heads of \(branch.headSize) channels"
    }

    static func summary(_ drawing: AttentionReport.Drawing) -> String {
        let heads = drawing.head.map { "head \($0)" } ?? "mean of \(drawing.heads) heads"
        var lines = [
            "\(printable(drawing.output)): layer \(drawing.layer.number), \(drawing.branch), \(heads), pixel "
                + "\(drawing.x),\(drawing.y)",
            String(
                format: "attends to %.1f of %d pixels, at a mean distance of %.1f", drawing.effectivePixels,
                drawing.visiblePixels, drawing.meanDistance),
            "most to \(text(drawing.strongest))",
        ]
        if let anchor = drawing.strongestAnchor { lines.append("reads most from anchor \(text(anchor))") }
        if drawing.shareOnPicture < 0.9995 {
            lines.append(String(format: "%.1f %% of the weight is on padding", 100 * (1 - drawing.shareOnPicture)))
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func text(_ pixel: AttentionReport.Pixel) -> String {
        "\(pixel.x),\(pixel.y) with " + String(format: "%.2f %%", 100 * pixel.weight)
    }
}
