// GRLRuntime
