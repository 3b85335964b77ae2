import Foundation
import GRL
import GRLRuntime
import GRLTensor
import GRLTools

/// All that one call of the tool does.
struct BenchmarkJob: Sendable {
    let command: BenchCommand
    let signals: SignalGuard

    func run() async -> ToolExit {
        var report = BenchmarkReport()
        var exit = ToolExit.success
        do {
            try await measureAll(&report)
        } catch {
            let error = ToolError(error, path: command.model)
            error.tell()
            report.error = ErrorReport(error)
            exit = error.exit
        }
        guard !signals.isInterrupted else { return .interrupted }
        report.exitCode = exit.rawValue
        if command.json, !ToolReport.print(report), exit == .success { exit = .inputOutput }
        return exit
    }

    private func measureAll(_ report: inout BenchmarkReport) async throws {
        let inputs = [command.model, command.input].compactMap { $0 }
        for path in inputs { try InputFile.check(path) }
        for path in [command.output, command.trace].compactMap({ $0 }) {
            try OutputFile.check(path, overwrites: command.force, inputs: inputs)
        }
        var trace = ChromeTrace()
        let machine = machine()
        report.machine = machine
        try say(BenchmarkText.machine(machine))

        let model = try load(&report, &trace)
        var plans = ""
        for size in command.sizes.isEmpty ? [nil] : command.sizes.map(Optional.some) {
            let inputs =
                try command.input.map { try BenchmarkInputs.read($0, for: model) }
                ?? BenchmarkInputs.random(for: model, size: size)
            if command.plan {
                plans += try "\n" + plan(of: model, for: inputs)
                continue
            }
            let (measurement, outputs) = try await measure(model, inputs, &trace)
            report.measurements.append(measurement)
            try say("\n" + BenchmarkText.measurement(measurement, machine))
            if let path = command.output {
                try write(path) { try NpzArchive.write(outputs, path: path, overwrite: command.force) }
            }
        }
        if !plans.isEmpty { try StandardOutput.show(plans, signals: signals) }
        if let path = command.trace {
            try write(path) { try trace.write(to: path, overwrite: command.force) }
        }
    }

    private func machine() -> BenchmarkReport.MachinePart {
        let threads = min(command.threads ?? .max, ThreadPool.shared.threadCount)
        return BenchmarkReport.MachinePart(
            threads: threads, instructionSet: MachinePeak.instructionSet,
            peakMultiplyAddsPerSecond: MachinePeak.multiplyAddsPerSecond(threads: threads))
    }

    private func load(_ report: inout BenchmarkReport, _ trace: inout ChromeTrace) throws -> Model {
        let start = ContinuousClock.now
        let model = try Model(
            contentsOfFile: command.model,
            options: ModelOptions(memoryLimit: SystemMemory.defaultLimit, precision: command.precision))
        let seconds = start.duration(to: .now) / .seconds(1)
        trace.add("import", start, model.durations.importing)
        trace.add("optimize", start + model.durations.importing, model.durations.optimizing)
        let part = BenchmarkReport.ModelPart(
            path: command.model, precision: command.precision.rawValue, nodes: model.graph.schedule.count,
            constantBytes: model.constantBytes,
            importSeconds: model.durations.importing / .seconds(1),
            optimizeSeconds: model.durations.optimizing / .seconds(1), loadSeconds: seconds,
            loadPeakBytes: SystemMemory.peak, loadedBytes: SystemMemory.resident)
        report.model = part
        if command.verbose {
            for entry in model.log.entries { Terminal.write("\(printable("\(entry)"))\n", to: STDERR_FILENO) }
        }
        try say(BenchmarkText.model(part))
        return model
    }

    /// The inputs, and the memory plan for them.
    private func plan(of model: Model, for inputs: [Tensor]) throws -> String {
        let session = try Session(model, options: SessionOptions(threads: command.threads))
        let names = zip(model.inputs, inputs).map { "\(printable($0.name)): \($1.type)\n" }
        return try names.joined() + session.specialization(for: inputs.map(\.type)).plan.description
    }

    /// Runs the model on `inputs`; returns what was measured, and the outputs by their names.
    private func measure(
        _ model: Model, _ inputs: [Tensor], _ trace: inout ChromeTrace
    ) async throws -> (Measurement, [(name: String, tensor: Tensor)]) {
        let session = try Session(
            model, options: SessionOptions(threads: command.threads, memoryLimit: SystemMemory.defaultLimit))
        let planned = try session.peakBytes(for: inputs.map(\.type))
        let measuresPeak = SystemMemory.resetPeak()
        var outputs: [Tensor] = []
        var seconds: [Double] = []
        for number in 0...command.runs {
            outputs = []
            let start = ContinuousClock.now
            outputs = try await session.run(inputs)
            let duration = start.duration(to: .now)
            seconds.append(duration / .seconds(1))
            trace.add(number == 0 ? "first run" : "run \(number)", start, duration)
        }
        let peak = measuresPeak ? SystemMemory.peak : nil

        let profile = RunProfile()
        let start = ContinuousClock.now
        _ = try await session.run(inputs, profile: profile) { _ in }
        let profiled = start.duration(to: .now)
        trace.add("profiled run", start, profiled)
        for step in profile.steps { trace.add(step) }

        let named = zip(model.outputs, outputs).map { (name: $0.name, tensor: $1) }
        let measurement = Measurement(
            inputs: zip(model.inputs, inputs).map { "\($0.name): \($1.type)" },
            outputs: named.map { "\($0.name): \($0.tensor.type)" },
            firstSeconds: seconds[0], runSeconds: Array(seconds.dropFirst()), plannedBytes: planned, peakBytes: peak,
            profiledSeconds: profiled / .seconds(1), operators: profile.operators)
        return (measurement, named)
    }

    private func write(_ path: String, _ body: () throws -> Void) throws {
        do {
            try signals.whileWriting(body)
        } catch let error as FileError {
            throw ToolError(error, path: path, isWriting: true)
        }
    }

    /// Prints text for people, unless the report goes to standard output.
    private func say(_ text: String) throws {
        if !command.json { try StandardOutput.write(text) }
    }
}

extension Measurement {
    init(
        inputs: [String], outputs: [String], firstSeconds: Double, runSeconds: [Double], plannedBytes: Int?,
        peakBytes: Int?, profiledSeconds: Double, operators: [RunProfile.OperatorTotal]
    ) {
        let sorted = runSeconds.sorted()
        self.inputs = inputs
        self.outputs = outputs
        self.firstSeconds = firstSeconds
        self.runSeconds = runSeconds
        minimumSeconds = sorted.first ?? firstSeconds
        maximumSeconds = sorted.last ?? firstSeconds
        medianSeconds = sorted.isEmpty ? firstSeconds : (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
        self.plannedBytes = plannedBytes
        self.peakBytes = peakBytes
        self.profiledSeconds = profiledSeconds
        self.operators = operators.map { total in
            OperatorPart(
                name: total.name, calls: total.calls, seconds: total.duration / .seconds(1),
                multiplyAdds: total.multiplyAdds)
        }
        multiplyAdds = operators.reduce(0) { sum, total in
            let (result, overflow) = sum.addingReportingOverflow(total.multiplyAdds)
            return overflow ? .max : result
        }
        multiplyAddsPerSecond = Double(multiplyAdds) / max(medianSeconds, 1e-9)
    }
}
