"""Floor 4: a cursor on its way to what one subscriber may see. Empty in this version."""
