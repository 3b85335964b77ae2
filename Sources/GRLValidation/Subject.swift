package import GRLGraph
package import GRLONNX
package import GRLOptimizer
package import GRLRuntime
package import GRLTensor
import Synchronization

/// The export that is validated. It is read once, and optimised as far as the checks want it.
package final class Subject: Sendable {
    /// How checks run networks.
    package struct Settings: Sendable {
        /// The most threads that work at once; nil for all cores.
        package var threads: Int?
        /// The most bytes that the model's tensors, and a run's, may take.
        package var memoryLimit: Int?

        package init(threads: Int? = nil, memoryLimit: Int? = nil) {
            self.threads = threads
            self.memoryLimit = memoryLimit
        }
    }

    package let path: String
    package let settings: Settings
    /// The file's contents, as they stand there.
    package let imported: ImportedModel
    /// The modules that the file's nodes belong to.
    package let scopes: ModuleScopes
    private let surveyed = Mutex<ModelSurvey?>(nil)
    private let models = Mutex<[OptimizationStage: Model]>([:])

    /// - Throws: an ``ImportError``.
    package init(contentsOfFile path: String, settings: Settings = Settings()) throws {
        let allocator = TensorAllocator(limit: settings.memoryLimit ?? Int.max)
        self.path = path
        self.settings = settings
        imported = try ModelImporter.load(contentsOf: path, options: ImportOptions(allocator: allocator))
        scopes = ModuleScopes(imported.graph)
    }

    /// The network as the file has it.
    package var graph: Graph { imported.graph }

    /// What the file says beyond its network.
    ///
    /// - Throws: an ``ImportError`` when the file has changed since it was read.
    package func survey() throws -> ModelSurvey {
        if let survey = surveyed.withLock({ $0 }) { return survey }
        let survey = try ModelSurvey(contentsOf: path)
        surveyed.withLock { $0 = survey }
        return survey
    }

    /// The network as far as a stage.
    ///
    /// - Throws: a ``RunError`` when a part of it that does not depend on the inputs cannot be computed.
    package func model(_ stage: OptimizationStage) throws -> Model {
        if let model = models.withLock({ $0[stage] }) { return model }
        var options = ModelOptions(memoryLimit: settings.memoryLimit)
        options.stage = stage
        let model = try Model(graph: graph, options: options)
        models.withLock { $0[stage] = model }
        return model
    }

    /// Why the network cannot be freed of the size of its export; nil where it can be, or needs not.
    ///
    /// - Throws: as ``model(_:)``.
    package func liftRefusal() throws -> OptimizationLog.Entry? {
        try model(.lifted).log.liftRefusals.first
    }

    /// A session on the network as far as a stage.
    ///
    /// - Throws: as ``model(_:)``, and a ``RunError`` with the code `UNSUPPORTED_OP`.
    package func session(_ stage: OptimizationStage) throws -> Session {
        try Session(
            model(stage), options: SessionOptions(threads: settings.threads, memoryLimit: settings.memoryLimit))
    }

    /// Runs a session on the calling thread until it ends or the task is cancelled.
    ///
    /// - Parameter observe: sees what every node gives.
    /// - Throws: a ``RunError``, `CancellationError`, what `observe` throws.
    package func run(
        _ session: Session, _ inputs: [Tensor], observe: StepObserver? = nil
    ) async throws -> [Tensor] {
        let cancellation = CancellationFlag()
        return try await withTaskCancellationHandler {
            try session.run(inputs, cancellation: cancellation, observe: observe)
        } onCancel: {
            cancellation.cancel()
        }
    }

    /// The types of inputs that the network runs on: as declared, or those of a picture where sizes are open.
    ///
    /// - Throws: a ``RunError`` (`INPUT`) when they follow from nothing.
    package func exampleTypes() throws -> [TensorType] {
        let declared = graph.inputs.compactMap { input -> TensorType? in
            let declaration = graph[input].declaration
            guard let elementType = declaration.elementType, let dimensions = declaration.dimensions else { return nil }
            let sizes = dimensions.compactMap { if case .fixed(let size) = $0 { size } else { nil } }
            return sizes.count == dimensions.count ? try? TensorType(elementType, sizes) : nil
        }
        if declared.count == graph.inputs.count { return declared }
        return [try NoiseInput.picture(for: model(.imported)).type]
    }

    /// The module of a node of the file; nil for the network itself.
    package func layer(of node: Node) -> String? { scopes[node.id].isEmpty ? nil : scopes[node.id] }

    /// The module of the first node of that name.
    package func layer(ofNodeNamed name: String) -> String? {
        name.isEmpty ? nil : graph.nodes.first { $0.name == name }.flatMap { layer(of: $0) }
    }

    /// The module that a constant belongs to: by its name, or that of its first reader.
    package func layer(ofConstant value: Value) -> String? {
        let module = ModuleScopes.module(ofParameter: value.name) ?? value.users.min().map { scopes[$0] } ?? ""
        return module.isEmpty ? nil : module
    }
}
