"""Trading signals by weighted consensus: votes, regimes, risk, hashing, tracking. A pure heart with adapters behind extras."""
