"""Fixtures of the distributor's tests. None in this version; the producer's tests have their own."""
