// GRL
