import GRLGraph
import GRLTensor
import Testing

@Suite struct GraphTests {
    @Test func listsUsersAndProducers() throws {
        var graph = Graph(name: "g")
        let x = graph.addInput("x", ValueDeclaration())
        let c = graph.addConstant("c", try int64s(1, 2))
        let sum = graph.addNode(Sum(), inputs: [x, c], output: "sum")
        let double = graph.addNode(Sum(), inputs: [sum, sum], output: "double")
        graph.setOutputs([double])
        try graph.verify()
        #expect(graph.inputs == [x])
        #expect(graph[sum].users.count == 2)
        #expect(Set(graph[sum].users) == [try #require(graph.producer(of: double)).id])
        #expect(graph.producer(of: x) == nil)
        #expect(graph.value(named: "double") == double)
        #expect(graph.isOutput(double))
        #expect(!graph.isOutput(sum))
        #expect(graph[c].declaration == ValueDeclaration(elementType: .int64, dimensions: [.fixed(2)]))
    }

    @Test func takenAndEmptyNamesGetANumber() throws {
        var graph = Graph(name: "g")
        let ids = try ["a", "a", "", "", "a#1"].map { graph.addConstant($0, try int64s(1)) }
        let names = ids.map { graph[$0].name }
        #expect(Set(names).count == names.count)
        #expect(names[0] == "a")
        #expect(names.allSatisfy { !$0.isEmpty })
        #expect(zip(ids, names).allSatisfy { graph.value(named: $1) == $0 })
        try graph.verify()
    }

    @Test func replacesEveryUse() throws {
        var graph = Graph(name: "g")
        let x = graph.addInput("x", ValueDeclaration())
        let a = graph.addNode(Forward(), inputs: [x], output: "a")
        let b = graph.addNode(Sum(), inputs: [a, a], output: "b")
        graph.setOutputs([a, b])
        let replacement = graph.addNode(
            Sum(), inputs: [x, x], output: "new", before: try #require(graph.producer(of: b)).id)
        graph.replaceUses(of: a, with: replacement)
        try graph.verify()
        #expect(graph.outputs == [replacement, b])
        #expect(graph[a].users.isEmpty)
        #expect(graph.producer(of: b)?.inputs == [replacement, replacement])
        graph.erase([try #require(graph.producer(of: a)).id])
        try graph.verify()
        #expect(!graph.contains(a))
        #expect(graph.value(named: "a") == nil)
        #expect(graph.nodes.count { _ in true } == 2)
    }

    @Test func replacingAValueWithItselfChangesNothing() throws {
        var graph = Graph(name: "g")
        let x = graph.addInput("x", ValueDeclaration())
        graph.setOutputs([graph.addNode(Forward(), inputs: [x], output: "y")])
        graph.replaceUses(of: x, with: x)
        #expect(graph[x].users.count == 1)
        try graph.verify()
    }

    @Test func insertsBeforeANode() throws {
        var graph = Graph(name: "g")
        let x = graph.addInput("x", ValueDeclaration())
        let y = graph.addNode(Forward(), inputs: [x], output: "y")
        let last = try #require(graph.producer(of: y)).id
        graph.addNode(Forward(), name: "first", inputs: [x], outputs: ["z"], before: last)
        #expect(graph.nodes.map(\.name) == ["first", ""])
        try graph.verify()
    }

    @Test func erasesConstantsNobodyReads() throws {
        var graph = Graph(name: "g")
        let read = graph.addConstant("read", try int64s(1))
        let unread = graph.addConstant("unread", try int64s(2))
        let returned = graph.addConstant("returned", try int64s(3))
        graph.setOutputs([graph.addNode(Forward(), inputs: [read], output: "y"), returned])
        graph.eraseUnusedConstants()
        #expect(graph.contains(read))
        #expect(!graph.contains(unread))
        #expect(graph.contains(returned))
        try graph.verify()
    }

    @Test func copiesAreIndependent() throws {
        var graph = Graph(name: "g")
        let x = graph.addInput("x", ValueDeclaration())
        let y = graph.addNode(Forward(), inputs: [x], output: "y")
        graph.setOutputs([y])
        var copy = graph
        copy.setOutputs([x])
        copy.erase([try #require(copy.producer(of: y)).id])
        #expect(!copy.contains(y))
        #expect(graph.contains(y))
        try graph.verify()
        try copy.verify()
    }

    @Test func leftOutInputsAndOutputsAreKept() throws {
        var graph = Graph(name: "g")
        let x = graph.addInput("x", ValueDeclaration())
        let results = graph.addNode(Forward(), inputs: [x, nil], outputs: ["y", nil])
        #expect(results.count == 2)
        #expect(results[1] == nil)
        graph.setOutputs([try #require(results[0])])
        try graph.verify()
    }
}
