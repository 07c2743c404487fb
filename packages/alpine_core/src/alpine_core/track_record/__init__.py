"""Floor 3: what the published record proves, with intervals. Empty in this version."""
