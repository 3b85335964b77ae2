@main
struct GRLRun {
    static func main() {}
}
