"""The shared vectors, read as data."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parents[2] / "vectors"


def vectors(name: str) -> dict[str, Any]:
    """One file of vectors."""
    loaded: dict[str, Any] = json.loads((_FOLDER / f"{name}.json").read_text("utf-8"))
    return loaded


def double(text: str) -> float:
    """The double whose big-endian IEEE 754 bytes `text` names in hex."""
    return float(struct.unpack(">d", bytes.fromhex(text))[0])
