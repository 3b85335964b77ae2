import GRLGraph
import GRLImaging
import GRLRestoration
import GRLRuntime
import GRLTensor

/// How near each layer comes to the largest number of `float16` on a given picture, beyond which a runtime that
/// computes in 16 bits has infinities.
package struct Float16Check: Check {
    /// The largest finite number of `float16`.
    private static let limit = 65_504.0
    /// Other pictures may give numbers that are so many times larger.
    private static let margin = 8.0

    package let name = "float16"
    private let path: String

    /// - Parameter path: a picture.
    package init(picture path: String) {
        self.path = path
    }

    package func run(on subject: Subject) async throws -> [Finding] {
        let model = try subject.model(.imported)
        let contract = try ModelContract(of: model)
        let picture = try Image(contentsOfFile: path).colorTensor()
        let session = try subject.session(.imported)
        var largest: [(layer: String, node: String, magnitude: Double)] = []
        var indices: [String: Int] = [:]
        for input in try contract.inputs(from: picture) {
            _ = try await subject.run(session, [input.converted(to: contract.elementType)]) { node, outputs in
                let magnitude = try outputs.map { try $0.largestMagnitude() }.max() ?? 0
                let layer = subject.scopes[node.id]
                let index = indices[layer] ?? largest.count
                if index == largest.count {
                    indices[layer] = index
                    largest.append((layer, node.name, magnitude))
                } else if magnitude > largest[index].magnitude {
                    largest[index] = (layer, node.name, magnitude)
                }
            }
        }
        return findings(largest)
    }

    private func findings(_ largest: [(layer: String, node: String, magnitude: Double)]) -> [Finding] {
        let risky = largest.filter { $0.magnitude > Self.limit / Self.margin }
        let details = largest.sorted { $0.magnitude > $1.magnitude }.map {
            "\($0.layer.isEmpty ? "outside of layers" : $0.layer): \(number($0.magnitude, digits: 4))"
        }
        guard !risky.isEmpty else {
            let most = largest.map(\.magnitude).max() ?? 0
            return [
                Finding(
                    name, .passed, "no layer comes near 65504: at most \(number(most, digits: 4)) on this picture",
                    details: details, values: ["largest": most])
            ]
        }
        return risky.map { layer, node, magnitude in
            Finding(
                name, magnitude > Self.limit ? .failed : .warned, layer: layer.isEmpty ? nil : layer,
                "reaches \(number(magnitude, digits: 4)) at '\(node)'; float16 ends at 65504", details: details,
                values: ["largest": magnitude])
        }
    }
}

extension ModelContract {
    /// The inputs that a picture makes for the network as it stands: cut or continued to its size, by channels where it
    /// is for gray pictures.
    ///
    /// - Parameter picture: `[1, C, H, W]`.
    /// - Throws: a ``RestorationError`` when the channels do not fit; memory errors.
    fileprivate func inputs(from picture: Tensor) throws -> [Tensor] {
        var (height, width) = (picture.shape[2], picture.shape[3])
        switch size {
        case .fixed(let fixedHeight, let fixedWidth): (height, width) = (fixedHeight, fixedWidth)
        case .dynamic(let multiple, let minimum):
            height = Self.acceptedLength(height, multiple: multiple, minimum: minimum)
            width = Self.acceptedLength(width, multiple: multiple, minimum: minimum)
        }
        let part = try picture.region(top: 0, left: 0, height: height, width: width)
        let color: Image.ColorModel = picture.shape[1] == 1 ? .gray : .rgb
        let views = inputChannels == 2 || inputChannels == 6 ? [part, part] : [part]
        return try ColorRoute(color: color, views: views.count, contract: self).inputs(from: views)
    }
}

extension Tensor {
    /// The largest magnitude of a floating-point tensor's elements, infinite where one is not finite; 0 for others.
    fileprivate func largestMagnitude() throws -> Double {
        guard elementType.isFloatingPoint else { return 0 }
        return try asFloat32().withElements(of: Float.self) { elements in
            elements.reduce(0) { $1.isNaN ? .infinity : max($0, Double($1.magnitude)) }
        }
    }
}
