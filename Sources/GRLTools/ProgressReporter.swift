import Dispatch
import Foundation
package import GRL
import Synchronization

/// Tells on standard error how the work goes: a bar on a terminal, a line now and then elsewhere, nothing when quiet.
package final class ProgressReporter: Sendable {
    private static let redrawInterval = DispatchTimeInterval.milliseconds(200)
    /// Lines in a pipe come no faster than this.
    private static let lineInterval = Duration.seconds(5)

    private struct State {
        var title: String?
        var progress: RestorationProgress?
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
            state.progress = nil
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

    /// Shows how far the picture has come.
    package func update(_ progress: RestorationProgress) {
        guard !isQuiet else { return }
        state.withLock { state in
            guard let title = state.title else { return }
            state.progress = progress
            state.updated = .now
            if showsBar { return draw(state) }
            guard progress.fraction > 0, progress.fraction < 1, state.lastLine.duration(to: .now) >= Self.lineInterval
            else { return }
            state.lastLine = .now
            let line = ProgressLine(title: title, fraction: progress.fraction, note: Self.note(progress, age: .zero))
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
        let age = state.updated.duration(to: .now)
        let note = state.progress.map { Self.note($0, age: age) } ?? ProgressLine.time(age)
        let line = ProgressLine(title: title, fraction: state.progress?.fraction, note: note)
        Terminal.write("\r" + line.fitted(to: Terminal.width(STDERR_FILENO) - 1) + "\u{1B}[K", to: STDERR_FILENO)
    }

    /// The time left, or the time that has passed where the former is unknown.
    private static func note(_ progress: RestorationProgress, age: Duration) -> String {
        guard let remaining = progress.remaining else { return ProgressLine.time(progress.elapsed + age) }
        return ProgressLine.time(max(remaining - age, .zero)) + " left"
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
