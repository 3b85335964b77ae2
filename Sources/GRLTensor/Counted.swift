/// For example `1 node` or `41 nodes`; for nouns whose plural ends in s.
package func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
