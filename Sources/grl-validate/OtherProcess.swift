import Foundation
import GRL
import GRLRuntime
import GRLTensor
import GRLTools
import GRLValidation

/// Runs a network in another process of this tool, which uses another instruction set.
struct OtherProcess: Sendable {
    let command: ValidateCommand

    /// What the network gives there for the picture of `--self`.
    ///
    /// - Throws: a ``ToolError`` when the process does not end well; errors of files.
    func outputs(instructionSet: String) async throws -> [Tensor] {
        let folder = FileManager.default.temporaryDirectory.appending(path: "grl-validate-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "outputs.npz").path
        let process = Process()
        process.executableURL = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        process.arguments = [command.model, "--write-outputs", file]
        if let threads = command.threads { process.arguments?.append(contentsOf: ["--threads", String(threads)]) }
        if let limit = command.maxMemory {
            process.arguments?.append(contentsOf: ["--max-memory", String(limit.bytes)])
        }
        process.environment = ProcessInfo.processInfo.environment.merging(
            [InstructionSet.environmentVariable: instructionSet]) { $1 }
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        await withTaskCancellationHandler {
            process.waitUntilExit()
        } onCancel: {
            kill(process.processIdentifier, SIGTERM)
        }
        try Task.checkCancellation()
        guard process.terminationStatus == 0 else {
            throw ToolError(
                .data, "OTHER_PROCESS",
                "the run with \(instructionSet) ended with \(process.terminationStatus); try it alone: "
                    + "\(InstructionSet.environmentVariable)=\(instructionSet) grl-validate …", command.model)
        }
        let archive = try NpzArchive(path: file)
        return try archive.names.map { try archive.tensor(named: $0) }
    }

    /// The other side: runs the network and writes its outputs.
    func write(to file: String) async -> ToolExit {
        do {
            let subject = try Subject(contentsOfFile: command.model, settings: command.settings)
            let outputs = try await subject.run(subject.session(.fused), [SelfCheck.picture(for: subject)])
            try NpzArchive.write(outputs.enumerated().map { (String($0), $1) }, path: file)
            return .success
        } catch {
            let error = ToolError(error, path: command.model)
            error.tell()
            return error.exit
        }
    }
}
