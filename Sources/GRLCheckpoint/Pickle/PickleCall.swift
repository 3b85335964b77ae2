import GRLTensor

/// The few calls of pickled checkpoints that have a meaning here.
struct PickleCall {
    let function: PickleValue
    let arguments: PickleValue

    private static let dictionaries: Set = ["collections.OrderedDict", "collections.defaultdict", "builtins.dict"]
    private static let tensors: Set = ["torch._utils._rebuild_tensor_v2", "torch._utils._rebuild_tensor"]
    /// They get a tensor and say that it is a parameter.
    private static let parameters: Set = [
        "torch._utils._rebuild_parameter", "torch._utils._rebuild_parameter_with_state",
    ]
    /// Gets a function, a subclass of tensors, and the function's arguments.
    private static let subclass = "torch._tensor._rebuild_from_type_v2"
    private static let storages: [String: ElementType] = [
        "torch.FloatStorage": .float32, "torch.DoubleStorage": .float64, "torch.HalfStorage": .float16,
        "torch.BFloat16Storage": .bfloat16, "torch.CharStorage": .int8, "torch.ShortStorage": .int16,
        "torch.IntStorage": .int32, "torch.LongStorage": .int64, "torch.ByteStorage": .uint8,
        "torch.BoolStorage": .bool,
    ]

    static func isKnown(_ global: String) -> Bool {
        dictionaries.contains(global) || tensors.contains(global) || parameters.contains(global) || global == subclass
            || storages[global] != nil
    }

    private static let dangerousModules: Set = [
        "os", "posix", "nt", "sys", "subprocess", "shutil", "importlib", "runpy", "pty", "socket", "ctypes",
        "webbrowser",
        "pickle", "_pickle", "cPickle", "code", "commands", "platform", "urllib", "http", "pip", "marshal", "signal",
    ]
    private static let dangerousBuiltins: Set = [
        "eval", "exec", "execfile", "compile", "open", "__import__", "input", "breakpoint", "globals",
    ]

    /// Whether only an attack would have this called. Nothing is called in any case.
    static func isDangerous(module: String, name: String) -> Bool {
        let root = module.split(separator: ".").first.map(String.init) ?? module
        if root == "builtins" || root == "__builtin__" { return dangerousBuiltins.contains(name) }
        return dangerousModules.contains(root)
    }

    /// What the call makes.
    ///
    /// - Throws: a ``CheckpointError`` (`pickle`, `tensor`) for a known function with the wrong arguments.
    func result(on heap: inout PickleHeap, path: String) throws(CheckpointError) -> PickleValue {
        guard case .global(let name) = function else {
            if case .opaque = function { return function }
            throw CheckpointError(.pickle, path, "the pickled program calls something that is no function")
        }
        guard let arguments = heap.elements(arguments) else {
            guard !Self.isKnown(name) else { throw Self.wrong(name, path) }
            return .opaque(name)
        }
        if Self.dictionaries.contains(name) { return try dictionary(arguments, on: &heap, path: path) }
        if Self.tensors.contains(name) { return try tensor(name, arguments, on: &heap, path: path) }
        if Self.parameters.contains(name) {
            guard let first = arguments.first else { throw Self.wrong(name, path) }
            return first
        }
        if name == Self.subclass {
            guard arguments.count >= 3, case .global(let inner) = arguments[0] else { throw Self.wrong(name, path) }
            guard Self.tensors.contains(inner), let rest = heap.elements(arguments[2]) else { return .opaque(inner) }
            return try tensor(inner, rest, on: &heap, path: path)
        }
        return .opaque(name)
    }

    /// An empty dictionary, or one of the pairs that the only argument lists.
    private func dictionary(
        _ arguments: [PickleValue], on heap: inout PickleHeap, path: String
    ) throws(CheckpointError) -> PickleValue {
        var pairs: [(key: PickleValue, value: PickleValue)] = []
        for item in arguments.last.flatMap(heap.elements) ?? [] {
            guard let pair = heap.elements(item), pair.count == 2 else {
                throw CheckpointError(
                    .pickle, path, "the pickled program makes a dictionary of something else than pairs")
            }
            pairs.append((pair[0], pair[1]))
        }
        return heap.dictionary(pairs)
    }

    /// `_rebuild_tensor_v2(storage, offset, size, stride, …)`.
    private func tensor(
        _ name: String, _ arguments: [PickleValue], on heap: inout PickleHeap, path: String
    ) throws(CheckpointError) -> PickleValue {
        guard arguments.count >= 4, case .integer(let offset) = arguments[1],
            let sizes = heap.integers(arguments[2]), let strides = heap.integers(arguments[3])
        else { throw Self.wrong(name, path) }
        switch arguments[0] {
        case .storage(let storage):
            heap.tensors.append(TensorReference(storage: storage, offset: offset, sizes: sizes, strides: strides))
            return .tensor(heap.tensors.count - 1)
        case .opaque(let what): return .opaque(what)
        default: throw Self.wrong(name, path)
        }
    }

    /// The storage that a persistent identifier `('storage', type, key, location, element count)` names; opaque where
    /// the type is not one that tensors here can have.
    static func storage(
        _ identifier: PickleValue, on heap: inout PickleHeap, path: String
    ) throws(CheckpointError) -> PickleValue {
        guard case .tuple = identifier, let parts = heap.elements(identifier), parts.count == 5,
            case .string("storage") = parts[0], case .global(let type) = parts[1], case .string(let key) = parts[2],
            case .integer(let count) = parts[4], count >= 0
        else { throw CheckpointError(.pickle, path, "the pickled program refers to something that is no storage") }
        guard let elementType = storages[type] else { return .opaque(type) }
        heap.storages.append(StorageReference(key: key, elementType: elementType, count: count))
        return .storage(heap.storages.count - 1)
    }

    private static func wrong(_ name: String, _ path: String) -> CheckpointError {
        CheckpointError(.pickle, path, "the pickled program calls \(printable(name)) with arguments that do not fit")
    }
}
