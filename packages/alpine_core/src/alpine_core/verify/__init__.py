"""Floor 3: hashes, inclusion and consistency of what a provider claims, without I/O. Empty in this version."""
