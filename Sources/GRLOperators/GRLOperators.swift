// GRLOperators
