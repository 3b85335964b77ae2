import Foundation
import Testing

/// An interrupted run ends by its signal and leaves nothing behind.
@Suite struct SignalTests {
    @Test(arguments: [SIGINT, SIGTERM]) func interruptionsLeaveNothing(_ number: Int32) throws {
        let workspace = try Workspace()
        try workspace.writePicture("photo.png", width: 600, height: 600)
        let before = workspace.files
        let run = try workspace.run("model.onnx", "photo.png", "--tile", "2", "--overlap", "0", "--json") { process in
            Thread.sleep(forTimeInterval: 0.7)
            kill(process.processIdentifier, number)
        }
        #expect(run.signal == number)
        #expect(workspace.files == before)
        #expect(run.output.isEmpty)
    }

    @Test func killedRunsLeaveNoPartOfAResult() throws {
        let workspace = try Workspace()
        try workspace.writePicture("photo.png", width: 600, height: 600)
        let run = try workspace.run("model.onnx", "photo.png", "--tile", "2", "--overlap", "0") { process in
            Thread.sleep(forTimeInterval: 0.3)
            kill(process.processIdentifier, SIGKILL)
        }
        #expect(run.signal == SIGKILL)
        #expect(!workspace.files.contains("photo-restored.png"))
    }
}
