/// How far a restoration has come.
public struct RestorationProgress: Sendable, Hashable {
    /// Tiles that are done, over all channels and symmetries that run separately.
    public let completedTiles: Int
    /// All tiles; 1 where a picture runs whole.
    public let tileCount: Int
    /// The time since the restoration began.
    public let elapsed: Duration

    /// From 0 to 1.
    public var fraction: Double { tileCount == 0 ? 1 : Double(completedTiles) / Double(tileCount) }

    /// The time that the other tiles will take at the pace so far; nil before the first one is done.
    public var remaining: Duration? {
        completedTiles == 0 ? nil : elapsed * (tileCount - completedTiles) / completedTiles
    }
}

/// Counts tiles and reports each.
struct ProgressMeter {
    private let tileCount: Int
    private let start = ContinuousClock.now
    private let report: @Sendable (RestorationProgress) -> Void
    private var completedTiles = 0

    /// Reports that nothing is done yet.
    init(tileCount: Int, report: @escaping @Sendable (RestorationProgress) -> Void) {
        self.tileCount = tileCount
        self.report = report
        send()
    }

    /// Reports one more tile.
    mutating func completeTile() {
        completedTiles += 1
        send()
    }

    private func send() {
        report(
            RestorationProgress(
                completedTiles: completedTiles, tileCount: tileCount, elapsed: start.duration(to: .now)))
    }
}
