/// The instructions of pickled programs, protocols 2 to 5, that checkpoints are made of.
///
/// Not here, and therefore refused: the text forms of protocol 0 and 1, the extension registry (`EXT1` …), `INST`,
/// `OBJ`, `PERSID`, integers of more than 255 bytes, out-of-band buffers.
///
/// Meanings: the comments of Python's Lib/pickletools.py.
enum PickleOpcode: UInt8 {
    case mark = 0x28
    case stop = 0x2E
    case pop = 0x30
    case popMark = 0x31
    case duplicate = 0x32
    case protocolVersion = 0x80
    case frame = 0x95

    case none = 0x4E
    case newTrue = 0x88
    case newFalse = 0x89
    case integer32 = 0x4A
    case integer8 = 0x4B
    case integer16 = 0x4D
    case long = 0x8A
    case float = 0x47
    case string8 = 0x55
    case string32 = 0x54
    case unicode8 = 0x8C
    case unicode32 = 0x58
    case unicode64 = 0x8D
    case bytes8 = 0x43
    case bytes32 = 0x42
    case bytes64 = 0x8E
    case byteArray64 = 0x96

    case emptyList = 0x5D
    case append = 0x61
    case appends = 0x65
    case emptyTuple = 0x29
    case tuple = 0x74
    case tuple1 = 0x85
    case tuple2 = 0x86
    case tuple3 = 0x87
    case emptyDictionary = 0x7D
    case setItem = 0x73
    case setItems = 0x75
    case emptySet = 0x8F
    case addItems = 0x90
    case frozenSet = 0x91

    case put8 = 0x71
    case put32 = 0x72
    case memoize = 0x94
    case get8 = 0x68
    case get32 = 0x6A

    case global = 0x63
    case stackGlobal = 0x93
    case reduce = 0x52
    case build = 0x62
    case newObject = 0x81
    case newObjectWithKeywords = 0x92
    case persistentID = 0x51
}
