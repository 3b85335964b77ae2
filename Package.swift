// swift-tools-version: 6.1
import PackageDescription

let package = Package(
    name: "grl",
    products: [
        .library(name: "GRL", targets: ["GRL"]),
        .executable(name: "grl-run", targets: ["grl-run"]),
        .executable(name: "grl-bench", targets: ["grl-bench"]),
        .executable(name: "grl-validate", targets: ["grl-validate"]),
        .executable(name: "grl-inspect", targets: ["grl-inspect"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    ],
    targets: [
        // C libraries from Debian's -dev packages.
        .systemLibrary(name: "CProtobufC", pkgConfig: "libprotobuf-c", providers: [.apt(["libprotobuf-c-dev"])]),
        .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
        .systemLibrary(name: "CJPEG", pkgConfig: "libjpeg", providers: [.apt(["libjpeg62-turbo-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),

        // C: parser glue, image glue, OpenBLAS, SIMD kernels.
        .target(name: "COnnxProto", dependencies: ["CProtobufC"]),
        .target(name: "CImage", dependencies: ["CPNG", "CJPEG", "CZlib"]),
        .target(name: "CBLAS"),
        .target(name: "CKernels"),

        // Swift: a target imports only targets above it.
        .target(name: "GRLTensor", dependencies: ["CZlib"]),
        .target(name: "GRLGraph", dependencies: ["GRLTensor"]),
        .target(name: "GRLOperators", dependencies: ["GRLGraph", "CKernels", "CBLAS"]),
        .target(name: "GRLONNX", dependencies: ["GRLOperators", "COnnxProto"]),
        .target(name: "GRLOptimizer", dependencies: ["GRLOperators"]),
        .target(
            name: "GRLRuntime",
            dependencies: ["GRLOptimizer", "GRLONNX", "CKernels", .product(name: "Logging", package: "swift-log")]),
        .target(name: "GRLImaging", dependencies: ["GRLTensor", "CImage"]),
        .target(name: "GRLMetrics", dependencies: ["GRLTensor"]),
        .target(name: "GRLCheckpoint", dependencies: ["GRLTensor"]),
        .target(name: "GRLRestoration", dependencies: ["GRLRuntime", "GRLImaging"]),
        .target(
            name: "GRLValidation", dependencies: ["GRLRestoration", "GRLMetrics", "GRLCheckpoint"],
            resources: [.embedInCode("Against/Resources/cat.png")]),
        .target(
            name: "GRLInspection", dependencies: ["GRLRestoration"],
            resources: [
                "arena.css", "details.js", "diagram.js", "format.js", "layout.js", "outline.js", "page.css",
                "page.html",
                "page.js", "stage.js",
            ].map { .embedInCode("Page/Resources/\($0)") }),
        .target(name: "GRL", dependencies: ["GRLRestoration"]),
        .target(
            name: "GRLTools",
            dependencies: [
                "GRL", "GRLMetrics", "GRLCheckpoint",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),
        .executableTarget(
            name: "grl-run",
            dependencies: ["GRLTools", .product(name: "ArgumentParser", package: "swift-argument-parser")]),
        .executableTarget(
            name: "grl-bench",
            dependencies: ["GRLTools", .product(name: "ArgumentParser", package: "swift-argument-parser")]),
        .executableTarget(
            name: "grl-validate",
            dependencies: [
                "GRLInspection", "GRLTools", "GRLValidation",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),
        .executableTarget(
            name: "grl-inspect",
            dependencies: [
                "GRLInspection", "GRLTools", .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),

        // Tests.
        .target(name: "TestSupport", dependencies: ["GRLOperators"], path: "Tests/TestSupport"),
        .testTarget(name: "COnnxProtoTests", dependencies: ["COnnxProto", "TestSupport"]),
        .testTarget(name: "CKernelsTests", dependencies: ["CKernels", "CBLAS"]),
        .testTarget(
            name: "GRLTensorTests", dependencies: ["GRLTensor", "TestSupport"], exclude: ["NumPy/Fixtures"]),
        .testTarget(name: "GRLGraphTests", dependencies: ["GRLGraph", "TestSupport"]),
        .testTarget(name: "GRLOperatorsTests", dependencies: ["GRLOperators", "TestSupport"]),
        .testTarget(name: "GRLONNXTests", dependencies: ["GRLONNX", "TestSupport"]),
        .testTarget(name: "GRLOptimizerTests", dependencies: ["GRLOptimizer", "TestSupport"]),
        .testTarget(name: "GRLRuntimeTests", dependencies: ["GRLRuntime", "TestSupport"]),
        .testTarget(
            name: "GRLImagingTests", dependencies: ["GRLImaging", "CImage", "CZlib", "TestSupport"],
            exclude: ["Fixtures"]),
        .testTarget(
            name: "GRLMetricsTests", dependencies: ["GRLMetrics", "TestSupport"], exclude: ["Fixtures"]),
        .testTarget(
            name: "GRLCheckpointTests", dependencies: ["GRLCheckpoint", "CZlib", "TestSupport"], exclude: ["Fixtures"]),
        .testTarget(name: "GRLRestorationTests", dependencies: ["GRLRestoration", "TestSupport"]),
        .testTarget(
            name: "GRLValidationTests", dependencies: ["GRLValidation", "TestSupport"],
            exclude: ["Fixtures", "Checkpoints", "Pictures", "Twins"]),
        .testTarget(
            name: "GRLInspectionTests", dependencies: ["GRLInspection", "TestSupport"], exclude: ["Fixtures"]),
        .testTarget(
            name: "ConformanceTests", dependencies: ["GRLRuntime", "TestSupport"], exclude: ["node-tests.txt"]),
        .testTarget(name: "ModelTests", dependencies: ["GRL", "TestSupport"], exclude: ["Fixtures"]),
        .testTarget(name: "ToolTests", dependencies: ["GRL", "TestSupport"], exclude: ["Fixtures"]),
    ]
)

for target in package.targets where [.regular, .executable, .test].contains(target.type) {
    target.swiftSettings = [.enableUpcomingFeature("InternalImportsByDefault")]
}
