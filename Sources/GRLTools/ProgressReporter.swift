import Dispatch
import Foundation
package import GRL
import GRLTensor
import Synchronization

/// Tells on standard error how the work goes: a bar on a terminal, a line now and then elsewhere, nothing when quiet.
package final class ProgressReporter: Sendable {
    private static let redrawInterval = DispatchTimeInterval.milliseconds(200)
    /// The part of the work that tells its pace.
    private static let leastFraction = 0.02
    /// Lines in a pipe come no faster than this.
    private static let lineInterval = Duration.seconds(5)

    private struct State {
        var title: String?
        var fraction: Double?
        var began = ContinuousClock.now
        var updated = ContinuousClock.now
        var lastLine = ContinuousClock.now
        var timer: SourceHandle?
    }

    private let isQuiet: Bool
    private let showsBar: Bool
    private let state = Mutex(State())

    package init(isQuiet: Bool) {
        self.isQuiet = isQuiet
        showsBar = !isQuiet && Terminal.isInteractive(STDERR_FILENO)
    }

    /// Announces work on a picture, or on a model.
    package func begin(_ title: String) {
        guard !isQuiet else { return }
        state.withLock { state in
            state.title = printable(title)
            state.fraction = nil
            state.began = .now
            state.updated = .now
            state.lastLine = .now
            guard showsBar else {
                Terminal.write("\(printable(title))\n", to: STDERR_FILENO)
                return
            }
            draw(state)
            let timer = DispatchSource.makeTimerSource(queue: .global())
            timer.schedule(deadline: .now() + Self.redrawInterval, repeating: Self.redrawInterval)
            timer.setEventHandler { [weak self] in self?.redraw() }
            state.timer = SourceHandle(starting: timer)
        }
    }

    /// Shows how far a restoration has come.
    package func update(_ progress: RestorationProgress) { update(progress.fraction) }

    /// Shows which part of the work is done, from 0 to 1.
    package func update(_ fraction: Double) {
        guard !isQuiet else { return }
        state.withLock { state in
            guard let title = state.title else { return }
            state.fraction = fraction
            state.updated = .now
            if showsBar { return draw(state) }
            guard fraction > 0, fraction < 1, state.lastLine.duration(to: .now) >= Self.lineInterval else { return }
            state.lastLine = .now
            let line = ProgressLine(title: title, fraction: fraction, note: Self.note(state))
            Terminal.write(line.plain + "\n", to: STDERR_FILENO)
        }
    }

    /// Takes the bar away.
    package func end() {
        state.withLock { state in
            guard state.title != nil else { return }
            state.title = nil
            state.timer = nil
            if showsBar { Terminal.write("\r\u{1B}[K", to: STDERR_FILENO) }
        }
    }

    private func redraw() {
        state.withLock { draw($0) }
    }

    private func draw(_ state: State) {
        guard let title = state.title else { return }
        let line = ProgressLine(title: title, fraction: state.fraction, note: Self.note(state))
        Terminal.write("\r" + line.fitted(to: Terminal.width(STDERR_FILENO) - 1) + "\u{1B}[K", to: STDERR_FILENO)
    }

    /// The time that the rest takes at the pace so far, or the time that has passed while too little is done to tell.
    private static func note(_ state: State) -> String {
        guard let fraction = state.fraction, fraction >= leastFraction else {
            return ProgressLine.time(state.began.duration(to: .now))
        }
        let remaining = state.began.duration(to: state.updated) * ((1 - fraction) / fraction)
        return ProgressLine.time(max(remaining - state.updated.duration(to: .now), .zero)) + " left"
    }
}

/// One line of progress.
struct ProgressLine: Sendable {
    private static let widestBar = 40
    private static let narrowestBar = 8

    let title: String
    /// From 0 to 1; nil where nothing is known.
    let fraction: Double?
    /// The time left or passed.
    let note: String

    private var percent: String {
        guard let fraction else { return "" }
        return "\(Int((min(max(fraction, 0), 1) * 100).rounded(.down)))%"
    }

    /// The line without a bar.
    var plain: String { [title + ":", percent, note].filter { !$0.isEmpty }.joined(separator: " ") }

    /// The line with a bar, shortened to `width` columns: first the bar goes, then the title.
    func fitted(to width: Int) -> String {
        let numbers = [percent, note].filter { !$0.isEmpty }.joined(separator: " ")
        let shortTitle = Self.shortened(title, to: width / 3)
        let room = min(width - shortTitle.count - numbers.count - 4, Self.widestBar)
        guard let fraction, room >= Self.narrowestBar else {
            let line = "\(shortTitle) \(numbers)"
            return String((line.count <= width ? line : numbers).prefix(max(width, 0)))
        }
        let filled = Int((min(max(fraction, 0), 1) * Double(room)).rounded(.down))
        let bar = String(repeating: "#", count: filled) + String(repeating: "-", count: room - filled)
        return "\(shortTitle) [\(bar)] \(numbers)"
    }

    /// For example `8 s`, `1:05` or `2:00:05`.
    static func time(_ duration: Duration) -> String {
        let seconds = Int(clamping: duration.components.seconds)
        let (minutes, hours) = (seconds / 60 % 60, seconds / 3600)
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        if hours > 0 { return "\(hours):\(two(minutes)):\(two(seconds % 60))" }
        return minutes > 0 ? "\(minutes):\(two(seconds % 60))" : "\(seconds) s"
    }

    private static func shortened(_ text: String, to width: Int) -> String {
        guard text.count > max(width, 4) else { return text }
        let kept = max(width, 4) - 1
        return text.prefix(kept / 2) + "…" + text.suffix(kept - kept / 2)
    }
}
