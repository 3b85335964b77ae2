import GRLTensor

/// Finds the dictionaries of tensors in what a pickled program has made.
struct PickledContent {
    let root: PickleValue
    let heap: PickleHeap

    /// How many dictionaries deep state dictionaries are looked for: averages kept by callbacks are in the third.
    private static let depth = 3
    /// The most dictionaries that are looked into.
    private static let maximumDictionaries = 10_000
    /// Keys of what an optimiser keeps; its tensors belong to no network.
    private static let optimizerKeys: Set = [
        "optimizer", "optimizers", "optimizer_states", "optim", "optimizer_state_dict",
    ]

    /// The keys at the top whose values are not read.
    var otherKeys: [String] {
        guard case .dictionary(let index) = root else { return [] }
        return heap.dictionaries[index].compactMap { pair in
            guard case .string(let key) = pair.key else { return nil }
            if case .tensor = pair.value { return nil }
            if case .dictionary(let inner) = pair.value, holdsTensors(inner), !Self.optimizerKeys.contains(key) {
                return nil
            }
            return key
        }
    }

    /// All state dictionaries, split by the prefixes of their names; the tensors are read.
    ///
    /// - Throws: a ``CheckpointError``, and what reading storages throws.
    func dictionaries(
        storages: TorchStorages, limits: CheckpointLimits, path: String
    ) throws -> [StateDictionary] {
        guard case .dictionary(let top) = root else {
            throw CheckpointError(
                .empty, path,
                "holds no dictionary at its top, perhaps a whole pickled model; save model.state_dict() instead")
        }
        var pending = [(index: top, place: "", depth: 0)]
        var seen: Set<Int> = [top]
        var result: [StateDictionary] = []
        var count = 0
        var tensors: [Int: Tensor] = [:]
        while let next = pending.first {
            pending.removeFirst()
            var entries: [StateDictionary.Entry] = []
            var names: Set<String> = []
            for (key, value) in heap.dictionaries[next.index] {
                guard case .string(let name) = key else { continue }
                switch value {
                case .tensor(let index):
                    guard names.insert(name).inserted, name.utf8.count <= limits.nameBytes else {
                        throw CheckpointError(
                            .tensor, path, "two tensors are named \(printable(name)), or one too long")
                    }
                    count += 1
                    guard count <= limits.tensors else {
                        throw CheckpointError(.limit, path, "holds more than \(limits.tensors) tensors")
                    }
                    let reference = heap.tensors[index]
                    let tensor =
                        try tensors[index]
                        ?? storages.tensor(reference, of: heap.storages[reference.storage], name: name)
                    tensors[index] = tensor
                    entries.append(StateDictionary.Entry(name: name, tensor: tensor))
                case .opaque(let kind)
                where kind.hasPrefix("torch.") && kind.contains("torage") || kind.contains("._rebuild_"):
                    throw CheckpointError(
                        .tensor, path, "tensor \(printable(name)) is of a kind that is not read: \(printable(kind))")
                case .dictionary(let index) where next.depth < Self.depth && !Self.optimizerKeys.contains(name):
                    guard seen.count < Self.maximumDictionaries, seen.insert(index).inserted else { continue }
                    pending.append((index, next.place.isEmpty ? name : next.place + "." + name, next.depth + 1))
                default: continue
                }
            }
            result += KeyPrefix.groups(entries, place: next.place)
        }
        return result
    }

    private func holdsTensors(_ index: Int) -> Bool {
        heap.dictionaries[index].contains { pair in
            if case .tensor = pair.value { return true }
            return false
        }
    }
}
