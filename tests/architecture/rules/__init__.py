"""House rules as pure functions: source in, violations out. The tests feed them the tree and planted violations."""
