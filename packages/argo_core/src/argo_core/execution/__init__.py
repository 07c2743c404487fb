"""Floor 3: deciding which order follows from a signal and an account. It places none itself."""
