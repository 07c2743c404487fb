"""Floor 7: fakes, and the contract tests that every implementation of a port must pass."""
