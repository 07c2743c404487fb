"""Floor 3: when a person is told, of what, and by which channels. Pure: readings and rules in, alerts out."""
