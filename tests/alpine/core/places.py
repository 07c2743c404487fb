"""Where in the tree things lie."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[3]
MIGRATIONS = ROOT / "migrations" / "alpine"
