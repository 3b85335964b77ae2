import GRLGraph
import GRLTensor

/// The sizes of a convolution.
struct ConvolutionGeometry {
    let images: Int
    let groups: Int
    /// Channels of the input, filters of the output, in one group.
    let groupInputChannels: Int
    let groupOutputChannels: Int
    let window: SpatialWindow
    /// The result's shape [N, M, spatial...].
    let output: Shape

    /// Filters in all groups.
    var outputChannels: Int { groups * groupOutputChannels }
    /// Taps of the window.
    var taps: Int { window.axes.reduce(1) { $0 * $1.kernel } }

    /// - Throws: `SHAPE`, `ATTR_VALUE`.
    init(input: Shape, filter: Shape, group: Int, window: WindowAttributes) throws {
        guard input.rank >= 3, filter.rank == input.rank else {
            throw OperatorError(
                .shape, "image and filter have shapes \(input) and \(filter), expected one rank of 3 or more")
        }
        guard filter[0] % group == 0, input[1] == filter[1].multipliedReportingOverflow(by: group).partialValue else {
            throw OperatorError(
                .shape,
                "the image \(input) has \(input[1]) channels in \(group) groups, the filter \(filter) takes "
                    + "\(filter[1]) in each of them")
        }
        let kernel = Array(filter.dimensions.dropFirst(2))
        guard kernel.allSatisfy({ $0 > 0 }) else { throw OperatorError(.shape, "the filter \(filter) has no taps") }
        images = input[0]
        groups = group
        groupInputChannels = filter[1]
        groupOutputChannels = filter[0] / group
        self.window = try window.window(over: Array(input.dimensions.dropFirst(2)), kernel: kernel)
        output = try Shape([images, filter[0]] + self.window.outputShape)
    }
}
