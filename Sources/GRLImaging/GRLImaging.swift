// GRLImaging
