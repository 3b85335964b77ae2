// GRLRestoration
