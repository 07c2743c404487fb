"""Floor 3: which subscribers a stored signal goes to, rendered once a tier view. Empty in this version."""
