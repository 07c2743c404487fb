"""Floor 1: frozen values. No clock, no randomness, no input or output."""
