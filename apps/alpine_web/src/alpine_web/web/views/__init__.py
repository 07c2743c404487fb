"""View models: stored values as the words and numbers that pages show."""
