"""Floor 6: the world. Each subpackage stands behind an extra and is named only by an application's wiring."""
