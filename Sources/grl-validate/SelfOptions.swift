import ArgumentParser

/// `--self`.
struct SelfOptions: ParsableArguments {
    @Flag(
        name: .customLong("self"),
        help: ArgumentHelp(
            "Compare the network with itself: as the file has it, simplified, lifted and fused, at five sizes, on 1 to N "
                + "threads, in batches, with float16 products, with every instruction set, and in tiles."))
    var comparesWithItself = false

    @Option(name: .customLong("write-outputs"), help: .hidden)
    var writtenOutputs: String?
}
