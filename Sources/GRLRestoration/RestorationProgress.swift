import Synchronization

/// How far a restoration has come.
public struct RestorationProgress: Sendable, Hashable {
    /// Tiles that are done, over all channels and symmetries that run separately.
    public let completedTiles: Int
    /// All tiles; 1 where a picture runs whole.
    public let tileCount: Int
    /// The part of all work that is done, from 0 to 1.
    public let fraction: Double
    /// The time since the restoration began.
    public let elapsed: Duration

    /// The time that the rest will take at the pace so far; nil while too little is done to tell.
    public var remaining: Duration? {
        fraction < 0.02 ? nil : elapsed * ((1 - fraction) / fraction)
    }
}

/// Counts tiles and reports on them.
final class ProgressMeter: Sendable {
    /// Reports within a tile come no closer than this.
    private static let smallestStep = 0.005

    private let tileCount: Int
    private let start = ContinuousClock.now
    private let report: @Sendable (RestorationProgress) -> Void
    private let state = Mutex((completedTiles: 0, reported: 0.0))

    /// Reports that nothing is done yet.
    init(tileCount: Int, report: @escaping @Sendable (RestorationProgress) -> Void) {
        self.tileCount = max(tileCount, 1)
        self.report = report
        send(0, 0)
    }

    /// Reports one more tile.
    func completeTile() {
        let completedTiles = state.withLock { state in
            state.completedTiles += 1
            state.reported = Double(state.completedTiles) / Double(tileCount)
            return state.completedTiles
        }
        send(completedTiles, Double(completedTiles) / Double(tileCount))
    }

    /// Reports how much of the current tile is done, from 0 to 1.
    func advanceTile(to part: Double) {
        let (completedTiles, fraction) = state.withLock { state in
            let fraction = (Double(state.completedTiles) + part) / Double(tileCount)
            guard part < 1, fraction - state.reported >= Self.smallestStep else { return (0, -1.0) }
            state.reported = fraction
            return (state.completedTiles, fraction)
        }
        if fraction >= 0 { send(completedTiles, fraction) }
    }

    private func send(_ completedTiles: Int, _ fraction: Double) {
        report(
            RestorationProgress(
                completedTiles: completedTiles, tileCount: tileCount, fraction: fraction,
                elapsed: start.duration(to: .now)))
    }
}
