package import GRLTensor

/// The tensors of one network, as a checkpoint holds them: by the names of the modules that own them.
package struct StateDictionary: Sendable {
    /// A parameter or a buffer.
    package struct Entry: Sendable {
        /// The name without the dictionary's prefix, such as `conv_first.weight`.
        package let name: String
        package let tensor: Tensor

        package init(name: String, tensor: Tensor) {
            self.name = name
            self.tensor = tensor
        }
    }

    /// The keys that lead to the dictionary, such as `params_ema` or `state_dict`; empty at the top of the file.
    package let place: String
    /// What stands before the names in the file, such as `model_g.`; empty where nothing does.
    package let prefix: String
    /// In the order of the file, which is the order in which the modules were defined.
    package let entries: [Entry]

    package init(place: String, prefix: String, entries: [Entry]) {
        self.place = place
        self.prefix = prefix
        self.entries = entries
    }

    /// Whether the tensors are a running average (EMA) of those that the optimiser changes.
    package var isAverage: Bool {
        (place + "." + prefix).lowercased().split { !$0.isLetter }.contains { ["ema", "swa", "averaged"].contains($0) }
    }

    /// Where the dictionary stands, in words: `params_ema`, `state_dict (model_g.…)`.
    package var description: String {
        let place = place.isEmpty ? "top level" : place
        return prefix.isEmpty ? place : "\(place) (\(prefix)…)"
    }
}

/// What training scripts put in front of the names of a network's tensors.
enum KeyPrefix {
    private static let wrappers = [
        "module.", "_orig_mod.", "model.", "model_g.", "model_ema.", "ema_model.", "online_model.", "ema.", "net_g.",
        "netG.", "generator.", "network.", "net.", "params_ema.", "params.",
    ]

    /// Everything at the start of `name` that is a wrapper; wrappers may be nested.
    static func of(_ name: String) -> String {
        var rest = Substring(name)
        while let wrapper = wrappers.first(where: rest.hasPrefix), rest.count > wrapper.count {
            rest = rest.dropFirst(wrapper.count)
        }
        return String(name.dropLast(rest.count))
    }

    /// The entries by their prefixes, in the order in which prefixes first appear; names have lost them.
    static func groups(_ entries: [StateDictionary.Entry], place: String) -> [StateDictionary] {
        var order: [String] = []
        var groups: [String: [StateDictionary.Entry]] = [:]
        for entry in entries {
            let prefix = of(entry.name)
            if groups[prefix] == nil { order.append(prefix) }
            let name = String(entry.name.dropFirst(prefix.count))
            groups[prefix, default: []].append(StateDictionary.Entry(name: name, tensor: entry.tensor))
        }
        return order.map { StateDictionary(place: place, prefix: $0, entries: groups[$0] ?? []) }
    }
}
