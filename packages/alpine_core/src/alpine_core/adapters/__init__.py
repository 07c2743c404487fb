"""Floor 5: the world behind ports: SQL, channels, mail, payments. Imported by wiring only. Empty in this version."""
