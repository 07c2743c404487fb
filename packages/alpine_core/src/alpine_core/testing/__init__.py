"""Floor 6: fakes, and the contract tests that every implementation of a port must pass. Empty in this version."""
