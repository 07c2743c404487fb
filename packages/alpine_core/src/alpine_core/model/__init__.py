"""Floor 1: frozen values: received, verified and stored signals, tiers, subscribers. Empty in this version."""
