import ArgumentParser

/// Height and width of an image, written `HxW`, or `N` for a square.
package struct ImageSize: ExpressibleByArgument, Sendable, Hashable {
    package let height: Int
    package let width: Int

    package init?(argument: String) {
        let sides = argument.lowercased().split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
        guard let height = sides[0], let width = sides.count == 1 ? height : sides[1], sides.count <= 2,
            height > 0, width > 0
        else { return nil }
        self.init(height: height, width: width)
    }

    package init(height: Int, width: Int) {
        self.height = height
        self.width = width
    }
}
