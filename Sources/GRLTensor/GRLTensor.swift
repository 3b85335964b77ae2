// GRLTensor
