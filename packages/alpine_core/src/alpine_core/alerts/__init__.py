"""Floor 3: what the operator is told at once. Rules as data; each channel tells for itself."""
