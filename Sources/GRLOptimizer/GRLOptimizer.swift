// GRLOptimizer
