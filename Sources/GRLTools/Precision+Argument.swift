public import ArgumentParser
public import GRL

extension Precision: ExpressibleByArgument {}
