"""brand.json as a frozen value, checked when it is read."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import msgspec

FILE = Path(__file__).parent / "brand.json"

Hex = Annotated[str, msgspec.Meta(pattern=r"\A#[0-9a-f]{6}\Z")]


class Brand(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Colours are sRGB `#rrggbb`; `shapes_only` names those that are never text; sizes are CSS pixels at 16 px root."""

    name: str
    theme: str
    colors: Mapping[str, Mapping[str, Hex]]
    shapes_only: tuple[str, ...]
    glow: Mapping[str, str]
    icons: Mapping[str, str]
    fonts: Mapping[str, str]
    sizes_px: Mapping[str, int]
    tracking: Mapping[str, str]

    @property
    def flat_colors(self) -> dict[str, str]:
        """`neon-cyan` → `#18e0ff`, in the file's order."""
        return {f"{family}-{name}": value for family, shades in self.colors.items() for name, value in shades.items()}


def read_brand() -> Brand:
    """The brand file of this distribution. Raises msgspec.ValidationError for a value of another form."""
    return msgspec.json.decode(FILE.read_bytes(), type=Brand)
