"""Floor 4: a received body on its way to a stored signal: verify, store, announce. Empty in this version."""
