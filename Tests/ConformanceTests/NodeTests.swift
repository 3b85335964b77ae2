import Foundation
import Testing

// Runs the operator tests of the onnx Python package.
//
// The environment variable GRL_ONNX_NODE_TESTS names their folder, onnx/backend/test/data/node in the package's
// wheel; without it there is nothing to run. node-tests.txt lists the tests that pass, so that neither a loss nor a
// gain goes unnoticed; with GRL_REFRESH set it is written anew. GRL_NODE_TEST_REPORT names a file for the reasons
// why the other tests do not pass.
private let testFolder = ProcessInfo.processInfo.environment["GRL_ONNX_NODE_TESTS"]

@Suite(.enabled(if: testFolder != nil, "GRL_ONNX_NODE_TESTS names no folder"))
struct NodeTests {
    private static let listFile = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "node-tests.txt")

    @Test func exactlyTheListedTestsPass() async throws {
        let environment = ProcessInfo.processInfo.environment
        let outcomes = try await runAll(in: URL(filePath: #require(testFolder)))
        let passed = outcomes.filter { $0.value == .passed }.keys.sorted()
        let failed = outcomes.compactMap { name, outcome in
            if case .failed(let reason) = outcome { (name, reason) } else { nil }
        }
        print(
            """
            ONNX operator tests: \(passed.count) of \(outcomes.count) pass, \(failed.count) fail, \
            \(outcomes.count - passed.count - failed.count) need what is not supported
            """)
        if let report = environment["GRL_NODE_TEST_REPORT"] {
            let lines = outcomes.filter { $0.value != .passed }.map { "\($0.key): \($0.value)" }.sorted()
            try lines.joined(separator: "\n").write(toFile: report, atomically: true, encoding: .utf8)
        }
        if environment["GRL_REFRESH"] != nil {
            try (passed.joined(separator: "\n") + "\n").write(to: Self.listFile, atomically: true, encoding: .utf8)
        }
        let listed = Set(try String(contentsOf: Self.listFile, encoding: .utf8).split(separator: "\n").map(String.init))
        for name in listed.sorted() where outcomes[name] != .passed {
            Issue.record("\(name) is listed, but: \(outcomes[name].map { "\($0)" } ?? "there is no such test")")
        }
        for name in passed where !listed.contains(name) {
            Issue.record("\(name) passes: set GRL_REFRESH=1 to list it")
        }
        #expect(!passed.isEmpty)
    }

    private func runAll(in folder: URL) async throws -> [String: NodeTest.Outcome] {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path()).sorted()
        let workers = ProcessInfo.processInfo.activeProcessorCount
        return await withTaskGroup(of: [(String, NodeTest.Outcome)].self) { group in
            for worker in 0..<workers {
                let share = stride(from: worker, to: names.count, by: workers).map { names[$0] }
                group.addTask {
                    var outcomes: [(String, NodeTest.Outcome)] = []
                    for name in share { outcomes.append((name, await run(folder.appending(path: name)))) }
                    return outcomes
                }
            }
            return await group.reduce(into: [:]) { all, some in
                for (name, outcome) in some { all[name] = outcome }
            }
        }
    }

    private func run(_ folder: URL) async -> NodeTest.Outcome {
        do {
            return try await NodeTest(folder: folder).run()
        } catch let error as NodeTest.Unsupported {
            return .unsupported(error.reason)
        } catch {
            return .failed("\(error)")
        }
    }
}
