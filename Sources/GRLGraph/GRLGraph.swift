// GRLGraph
