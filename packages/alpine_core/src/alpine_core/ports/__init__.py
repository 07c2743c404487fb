"""Floor 2: what the steps need of the world, as Protocols that promise behaviour. Empty in this version."""
