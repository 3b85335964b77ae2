import GRLTensor

/// A value that a pickled program makes.
///
/// Containers are numbers of rows in a ``PickleHeap``, so that no value owns another: programs may nest and repeat
/// containers as they like, and nothing here recurses.
enum PickleValue {
    case none
    case boolean(Bool)
    case integer(Int)
    case float(Double)
    case string(String)
    case list(Int)
    case tuple(Int)
    case dictionary(Int)
    /// A class or function by its name, `module.name`.
    case global(String)
    case storage(Int)
    case tensor(Int)
    /// Something that is not read, and what it is.
    case opaque(String)
}

/// Memory that tensors share: a file of its own in the archive.
struct StorageReference {
    /// The name of the file in the archive's folder `data`.
    let key: String
    let elementType: ElementType
    /// The number of elements.
    let count: Int
}

/// A view of a storage.
struct TensorReference {
    /// The number of the storage.
    let storage: Int
    /// Elements in front of the first.
    let offset: Int
    let sizes: [Int]
    /// Elements between neighbours, for each axis.
    let strides: [Int]
}

/// What a pickled program has made.
struct PickleHeap {
    /// The contents of lists and tuples. The first is the empty tuple, which all empty tuples share.
    var sequences: [[PickleValue]] = [[]]
    var dictionaries: [[(key: PickleValue, value: PickleValue)]] = []
    var storages: [StorageReference] = []
    var tensors: [TensorReference] = []

    mutating func list(_ elements: [PickleValue]) -> PickleValue {
        sequences.append(elements)
        return .list(sequences.count - 1)
    }

    mutating func tuple(_ elements: [PickleValue]) -> PickleValue {
        guard !elements.isEmpty else { return .tuple(0) }
        sequences.append(elements)
        return .tuple(sequences.count - 1)
    }

    mutating func dictionary(_ pairs: [(key: PickleValue, value: PickleValue)] = []) -> PickleValue {
        dictionaries.append(pairs)
        return .dictionary(dictionaries.count - 1)
    }

    /// The elements of a tuple or a list; nil for anything else.
    func elements(_ value: PickleValue) -> [PickleValue]? {
        switch value {
        case .tuple(let index), .list(let index): sequences[index]
        default: nil
        }
    }

    /// The numbers in a tuple or a list of whole numbers; nil for anything else.
    func integers(_ value: PickleValue) -> [Int]? {
        guard let elements = elements(value) else { return nil }
        let integers = elements.compactMap { element -> Int? in
            guard case .integer(let integer) = element else { return nil }
            return integer
        }
        return integers.count == elements.count ? integers : nil
    }
}
