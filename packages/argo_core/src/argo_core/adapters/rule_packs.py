"""Prop firm rule packs from the data files that come with the package, or from a file of the operator's."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import msgspec

from argo_core.errors import ConfigError
from argo_core.risk import PropFirmRules

PACKS = Path(__file__).parent / "packs"
_TEXTS = ("label", "source", "source_date")


def pack_names() -> tuple[str, ...]:
    """The packs that come with the package, by name."""
    return tuple(sorted(path.stem for path in PACKS.glob("*.json")))


def load_pack(name: str) -> PropFirmRules:
    """The pack of that name. Raises ConfigError for an unknown or malformed one."""
    if name not in pack_names():
        raise ConfigError(f"rule pack {name!r} is unknown: use one of {', '.join(pack_names())}")
    return read_pack((PACKS / f"{name}.json").read_bytes(), name)


def load_pack_file(path: Path) -> PropFirmRules:
    """The pack in a file, which bears the file's name. Raises ConfigError for a missing or malformed one."""
    try:
        text = path.read_bytes()
    except OSError as error:
        raise ConfigError(f"rule pack {path} cannot be read: {error.strerror}") from error
    return read_pack(text, path.stem)


def read_pack(text: bytes, name: str) -> PropFirmRules:
    """The pack in a JSON text. Raises ConfigError, one line that names the pack and what is wrong with it."""
    try:
        rules = msgspec.json.decode(text, type=PropFirmRules)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise ConfigError(f"rule pack {name}: {error}: correct the file") from error
    except ConfigError as error:
        raise ConfigError(f"rule pack {name}: {error}") from error
    if rules.name != name:
        raise ConfigError(f"rule pack {name}: it calls itself {rules.name!r}: name and file must agree")
    empty = [field for field in _TEXTS if not getattr(rules, field).strip()]
    if empty:
        raise ConfigError(f"rule pack {name}: {', '.join(empty)} must not be empty: say where the rules come from")
    return _dated(rules)


def _dated(rules: PropFirmRules) -> PropFirmRules:
    try:
        date.fromisoformat(rules.source_date)
    except ValueError as error:
        raise ConfigError(f"rule pack {rules.name}: source_date is not a date: write YYYY-MM-DD") from error
    return rules
