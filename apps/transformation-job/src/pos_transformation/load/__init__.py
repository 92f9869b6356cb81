"""Loading: what becomes of a run's rows, written once over whatever store holds the tables."""
