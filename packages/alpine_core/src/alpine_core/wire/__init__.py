"""Floor 2: bytes of the published formats into values and back, strictly. Empty in this version."""
