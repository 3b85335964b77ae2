import Foundation
import GRL
import GRLTensor
import GRLTools

/// What the tool prints for people; no line is longer than 80 columns.
enum BenchmarkText {
    private static let columns = 80

    /// For example `2 threads, avx512, 232.8 GMAC/s at most`.
    static func machine(_ machine: BenchmarkReport.MachinePart) -> String {
        let threads = machine.threads == 1 ? "1 thread" : "\(machine.threads) threads"
        let peak = giga(machine.peakMultiplyAddsPerSecond)
        return lines(["\(threads), \(machine.instructionSet), \(peak) GMAC/s at most"])
    }

    static func model(_ model: BenchmarkReport.ModelPart) -> String {
        let peak = model.loadPeakBytes.map { ", peak \(ByteText.text($0))" } ?? ""
        return lines([
            "\(shortened(printable(model.path), to: 36)): \(model.nodes) nodes, \(ByteText.text(model.constantBytes)) "
                + "of constants" + (model.precision == Precision.float32.rawValue ? "" : ", \(model.precision)"),
            "load    \(time(model.loadSeconds)) (import \(time(model.importSeconds)), "
                + "optimise \(time(model.optimizeSeconds)))\(peak), then \(ByteText.text(model.loadedBytes))",
        ])
    }

    static func measurement(_ measurement: Measurement, _ machine: BenchmarkReport.MachinePart) -> String {
        let count = measurement.runSeconds.count
        var memory = measurement.peakBytes.map { "\(ByteText.text($0)) peak of the process" } ?? "not measured"
        if let planned = measurement.plannedBytes {
            memory += ", \(ByteText.text(planned)) of it planned for tensors"
        }
        let share = measurement.multiplyAddsPerSecond / max(machine.peakMultiplyAddsPerSecond, 1)
        let head = [
            "first   \(time(measurement.firstSeconds))",
            "then    \(time(measurement.medianSeconds)), median of \(count) "
                + "(\(time(measurement.minimumSeconds)) to \(time(measurement.maximumSeconds)))",
            "memory  \(memory)",
            "work    \(giga(Double(measurement.multiplyAdds))) GMAC, \(giga(measurement.multiplyAddsPerSecond)) GMAC/s, "
                + "\(percent(share)) of the peak",
        ]
        return lines(measurement.inputs.map(printable) + head) + "\n" + table(measurement)
    }

    /// One line for each operator, and their sum.
    private static func table(_ measurement: Measurement) -> String {
        let total = measurement.operators.reduce(0) { $0 + $1.seconds }
        var rows = [["operator", "calls", "ms", "share", "GMAC", "GMAC/s"]]
        for part in measurement.operators {
            rows.append(row(part.name, part.calls, part.seconds, of: total, part.multiplyAdds))
        }
        let calls = measurement.operators.reduce(0) { $0 + $1.calls }
        rows.append(row("all", calls, total, of: total, measurement.multiplyAdds))
        return lines(rows.map(tableLine))
    }

    private static func tableLine(_ row: [String]) -> String {
        var line = shortened(row[0], to: 28)
        var end = 28
        for (cell, width) in zip(row.dropFirst(), [8, 11, 9, 11, 10]) where !cell.isEmpty {
            end += width
            line += String(repeating: " ", count: max(end - line.count - cell.count, 1)) + cell
        }
        return line
    }

    private static func row(
        _ name: String, _ calls: Int, _ seconds: Double, of total: Double, _ multiplyAdds: Int
    ) -> [String] {
        let work =
            multiplyAdds == 0
            ? ["", ""] : [decimals(Double(multiplyAdds) / 1e9, 3), giga(Double(multiplyAdds) / max(seconds, 1e-9))]
        return [name, "\(calls)", decimals(seconds * 1e3, 2), percent(seconds / max(total, 1e-9))] + work
    }

    private static func lines(_ lines: [String]) -> String {
        lines.map { shortened($0, to: columns) + "\n" }.joined()
    }

    /// `text` with its middle left out where it is longer than `width`.
    private static func shortened(_ text: String, to width: Int) -> String {
        guard text.count > width else { return text }
        return text.prefix(width / 2) + "…" + text.suffix(width - width / 2 - 1)
    }

    /// For example `12.3 s`, `1.234 s` or `0.56 ms`.
    private static func time(_ seconds: Double) -> String {
        switch seconds {
        case 10...: decimals(seconds, 1) + " s"
        case 0.1...: decimals(seconds, 3) + " s"
        default: decimals(seconds * 1e3, 2) + " ms"
        }
    }

    private static func giga(_ number: Double) -> String { decimals(number / 1e9, 1) }

    private static func percent(_ share: Double) -> String { decimals(share * 100, 1) + " %" }

    private static func decimals(_ number: Double, _ places: Int) -> String {
        String(format: "%.\(places)f", number)
    }
}
