"""What reading one recorded file gives."""

from __future__ import annotations

from dataclasses import dataclass

from argo_core.model.bars import Bars


@dataclass(frozen=True, slots=True)
class Parsed:
    """The bars of a file, and how many of its rows were dropped."""

    bars: Bars
    dropped: int
