"""Floor 3: who may see which part of a signal, and from when on. Empty in this version."""
