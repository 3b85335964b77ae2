import GRLTensor

/// Runs the pickled program of a checkpoint as far as it describes dictionaries of tensors.
///
/// Nothing can be executed: the only functions that are known build a tensor's description or an empty dictionary,
/// here. Calls of all others make an opaque value and are never performed, so checkpoints with optimisers, callbacks
/// and hyper-parameters of any class can be read. Instructions, stack and memo are limited; containers are rows of a
/// table, so depth and repetition cost nothing.
struct PickleMachine {
    private let limits: CheckpointLimits
    private let path: String
    private var reader: PickleReader
    private var stack: [PickleValue] = []
    /// How high the stack was at each mark that is open.
    private var marks: [Int] = []
    private var memo: [Int: PickleValue] = [:]
    private(set) var heap = PickleHeap()
    /// Names of the classes and functions that are not known here.
    private(set) var unknownGlobals: Set<String> = []

    init(_ program: [UInt8], path: String, limits: CheckpointLimits) {
        reader = PickleReader(program, path: path)
        self.path = path
        self.limits = limits
    }

    /// The value that the program leaves.
    ///
    /// - Throws: a ``CheckpointError`` (`pickle`, `unsafe`, `limit`, `tensor`).
    mutating func run() throws(CheckpointError) -> PickleValue {
        for _ in 0..<limits.instructions {
            let place = reader.position
            let code = try reader.byte()
            guard let opcode = PickleOpcode(rawValue: code) else {
                throw malformed("holds the instruction 0x\(String(code, radix: 16)) at byte \(place), which is refused")
            }
            guard opcode != .stop else {
                guard stack.count == 1, marks.isEmpty, reader.isAtEnd else {
                    throw malformed("does not end with one value")
                }
                return try pop()
            }
            try perform(opcode)
            guard stack.count <= limits.stackDepth, marks.count <= limits.stackDepth else {
                throw CheckpointError(.limit, path, "the pickled program stacks more than \(limits.stackDepth) values")
            }
        }
        throw CheckpointError(.limit, path, "the pickled program has more than \(limits.instructions) instructions")
    }

    private mutating func perform(_ opcode: PickleOpcode) throws(CheckpointError) {
        switch opcode {
        case .stop: break
        case .mark: marks.append(stack.count)
        case .pop:
            if marks.last == stack.count { marks.removeLast() } else { _ = try pop() }
        case .popMark: _ = try popToMark()
        case .duplicate: stack.append(try top())
        case .protocolVersion:
            guard (2...5).contains(try reader.byte()) else { throw malformed("is not of protocol 2 to 5") }
        case .frame: _ = try reader.slice(8)

        case .none: stack.append(.none)
        case .newTrue: stack.append(.boolean(true))
        case .newFalse: stack.append(.boolean(false))
        case .integer32: stack.append(.integer(try reader.signed(4) ?? 0))
        case .integer8: stack.append(.integer(Int(try reader.byte())))
        case .integer16: stack.append(.integer(try reader.length(2)))
        case .long: stack.append(try reader.signed(Int(try reader.byte())).map { .integer($0) } ?? .opaque("integer"))
        case .float:
            let bits = try reader.slice(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            stack.append(.float(Double(bitPattern: bits)))
        case .string8, .unicode8: stack.append(.string(try reader.text(try reader.length(1))))
        case .string32, .unicode32: stack.append(.string(try reader.text(try reader.length(4))))
        case .unicode64: stack.append(.string(try reader.text(try reader.length(8))))
        case .bytes8: try skipBytes(try reader.length(1))
        case .bytes32: try skipBytes(try reader.length(4))
        case .bytes64, .byteArray64: try skipBytes(try reader.length(8))

        case .emptyList: stack.append(heap.list([]))
        case .emptyTuple: stack.append(heap.tuple([]))
        case .tuple: try stack.append(heap.tuple(popToMark()))
        case .tuple1: try stack.append(heap.tuple(pop(1)))
        case .tuple2: try stack.append(heap.tuple(pop(2)))
        case .tuple3: try stack.append(heap.tuple(pop(3)))
        case .append: try append(pop(1))
        case .appends: try append(popToMark())
        case .emptyDictionary: stack.append(heap.dictionary())
        case .setItem: try setItems(pop(2))
        case .setItems: try setItems(popToMark())
        case .emptySet: stack.append(.opaque("set"))
        case .addItems: _ = try popToMark()
        case .frozenSet:
            _ = try popToMark()
            stack.append(.opaque("set"))

        case .put8: try keep(Int(try reader.byte()))
        case .put32: try keep(try reader.length(4))
        case .memoize: try keep(memo.count)
        case .get8: try recall(Int(try reader.byte()))
        case .get32: try recall(try reader.length(4))

        case .global: try pushGlobal(try reader.line(), try reader.line())
        case .stackGlobal:
            let names = try pop(2)
            guard case .string(let module) = names[0], case .string(let name) = names[1] else {
                throw malformed("names a class with something else than text")
            }
            try pushGlobal(module, name)
        case .reduce, .newObject:
            let call = try pop(2)
            stack.append(try PickleCall(function: call[0], arguments: call[1]).result(on: &heap, path: path))
        case .newObjectWithKeywords:
            let call = try pop(3)
            stack.append(try PickleCall(function: call[0], arguments: call[1]).result(on: &heap, path: path))
        case .build:
            // The state of an object: what torch notes about a state dictionary's versions, or an opaque value's.
            _ = try pop()
            _ = try top()
        case .persistentID: stack.append(try PickleCall.storage(try pop(), on: &heap, path: path))
        }
    }

    private mutating func pushGlobal(_ module: String, _ name: String) throws(CheckpointError) {
        guard !PickleCall.isDangerous(module: module, name: name) else {
            throw CheckpointError(
                .unsafe, path,
                "the file wants \(printable(module)).\(printable(name)) called when it is read, as attacks do; nothing was "
                    + "called here, and other programs should not read it either")
        }
        let global = "\(module).\(name)"
        if !PickleCall.isKnown(global) { unknownGlobals.insert(global) }
        stack.append(.global(global))
    }

    private mutating func skipBytes(_ count: Int) throws(CheckpointError) {
        _ = try reader.slice(count)
        stack.append(.opaque("bytes"))
    }

    private mutating func append(_ elements: [PickleValue]) throws(CheckpointError) {
        switch try top() {
        case .list(let index): heap.sequences[index] += elements
        case .opaque: break
        default: throw malformed("appends to something that is no list")
        }
    }

    private mutating func setItems(_ items: [PickleValue]) throws(CheckpointError) {
        guard items.count.isMultiple(of: 2) else { throw malformed("has a key without a value") }
        switch try top() {
        case .dictionary(let index):
            for item in stride(from: 0, to: items.count, by: 2) {
                heap.dictionaries[index].append((items[item], items[item + 1]))
            }
        case .opaque: break
        default: throw malformed("sets items of something that is no dictionary")
        }
    }

    private mutating func keep(_ number: Int) throws(CheckpointError) {
        guard memo.count < limits.memoEntries else {
            throw CheckpointError(.limit, path, "the pickled program keeps more than \(limits.memoEntries) values")
        }
        memo[number] = try top()
    }

    private mutating func recall(_ number: Int) throws(CheckpointError) {
        guard let value = memo[number] else { throw malformed("recalls a value that it has not kept") }
        stack.append(value)
    }

    private func top() throws(CheckpointError) -> PickleValue {
        guard stack.count > marks.last ?? 0, let value = stack.last else {
            throw malformed("takes more from its stack than is there")
        }
        return value
    }

    private mutating func pop() throws(CheckpointError) -> PickleValue {
        let value = try top()
        stack.removeLast()
        return value
    }

    /// The topmost values, the lowest first.
    private mutating func pop(_ count: Int) throws(CheckpointError) -> [PickleValue] {
        guard stack.count - (marks.last ?? 0) >= count else {
            throw malformed("takes more from its stack than is there")
        }
        defer { stack.removeLast(count) }
        return Array(stack.suffix(count))
    }

    private mutating func popToMark() throws(CheckpointError) -> [PickleValue] {
        guard let mark = marks.popLast() else { throw malformed("goes back to a mark that it has not set") }
        defer { stack.removeSubrange(mark...) }
        return Array(stack[mark...])
    }

    private func malformed(_ what: String) -> CheckpointError {
        CheckpointError(.pickle, path, "the pickled program \(what)")
    }
}
