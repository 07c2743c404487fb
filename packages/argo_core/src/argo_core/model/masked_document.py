"""A document of settings without its secrets, and with them again."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec

from argo_core.model.secret import MASK

LOGIN = re.compile(r"^[a-z+]+://[^/\s]*:[^/\s]*@")


def masked(document: Mapping[str, Any], is_secret: Callable[[str], bool]) -> dict[str, Any]:
    """Values under names that `is_secret` knows, and addresses that hold a password, become the mask whole; what is
    empty stays. Names are those of the keys, without what lies above them."""
    return {name: _masked(name, value, is_secret) for name, value in document.items()}


def masked_text(document: object, is_secret: Callable[[str], bool]) -> str:
    """The same as JSON, keys sorted; of what is no object, an empty one."""
    table = document if isinstance(document, Mapping) else {}
    return msgspec.json.encode(masked(table, is_secret), order="sorted").decode()


def _masked(name: str, value: Any, is_secret: Callable[[str], bool]) -> Any:
    if isinstance(value, Mapping):
        return masked(value, is_secret)
    if isinstance(value, list):
        return [_masked(name, each, is_secret) for each in value]
    secret = is_secret(name) or (isinstance(value, str) and LOGIN.match(value) is not None)
    return MASK if secret and value else value


def unmasked(document: Mapping[str, Any], present: object) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The document with the present secrets in place of masks, and the dotted keys for which there is none: they are
    left out."""
    missing: list[str] = []
    return _unmasked(document, present if isinstance(present, Mapping) else {}, "", missing), tuple(missing)


def _unmasked(
    document: Mapping[str, Any], present: Mapping[str, Any], above: str, missing: list[str]
) -> dict[str, Any]:
    filled: dict[str, Any] = {}
    for name, value in document.items():
        held = present.get(name)
        if isinstance(value, Mapping):
            filled[name] = _unmasked(value, held if isinstance(held, Mapping) else {}, f"{above}{name}.", missing)
        elif not _holds_mask(value):
            filled[name] = value
        elif held is not None:
            filled[name] = held
        else:
            missing.append(f"{above}{name}")
    return filled


def _holds_mask(value: Any) -> bool:
    return value == MASK or (isinstance(value, list) and any(_holds_mask(each) for each in value))


def different_keys(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[str, ...]:
    """Dotted keys whose values differ, one side without them counts; in their order by name."""
    return tuple(sorted(_different(before, after, "")))


def _different(before: Mapping[str, Any], after: Mapping[str, Any], above: str) -> Iterator[str]:
    for name in before.keys() | after.keys():
        old, new = before.get(name), after.get(name)
        if isinstance(old, Mapping) or isinstance(new, Mapping):
            yield from _different(_table(old), _table(new), f"{above}{name}.")
        elif old != new or (name in before) != (name in after):
            yield f"{above}{name}"


def _table(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
