"""Prop firms' challenges from rule packs, by name or file."""

from __future__ import annotations

from pathlib import Path

from argo_core.adapters.rule_packs import load_pack, load_pack_file
from argo_core.backtest.prop_course import PropCourse, prop_course


def challenge_of(pack: str, targets_pct: tuple[float, ...]) -> PropCourse:
    """The course of a pack that comes with the program, or of a file (`.json`). Raises ConfigError."""
    return prop_course(load_pack_file(Path(pack)) if pack.endswith(".json") else load_pack(pack), targets_pct)
