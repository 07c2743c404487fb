"""Floor 5: the world behind ports: SQL, password hashes, push. Imported by wiring only."""
