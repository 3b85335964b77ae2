// GRLMetrics
