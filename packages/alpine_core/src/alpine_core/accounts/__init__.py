"""Floor 3: sign-up, sessions, second factor, keys, as decisions without I/O. Empty in this version."""
