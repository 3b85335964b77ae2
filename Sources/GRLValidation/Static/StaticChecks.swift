/// The checks that look at a file and do not run it.
package enum StaticChecks {
    package static let all: [any Check] = [
        RulesCheck(), TypesCheck(), WeightsCheck(), PrecisionCheck(), TrainingCheck(), ConsistencyCheck(), SizesCheck(),
        RuntimesCheck(),
    ]
}
