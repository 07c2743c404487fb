"""Which known key an unknown one probably meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from typing import Any, get_args

import msgspec


def known_keys(section: type[msgspec.Struct], prefix: str = "") -> Iterator[str]:
    """Every dotted key of a section, depth first."""
    for field in msgspec.structs.fields(section):
        yield f"{prefix}{field.encode_name}"
        inner = section_of(field.type)
        if inner is not None:
            yield from known_keys(inner, f"{prefix}{field.encode_name}.")


def unknown_keys(document: object, section: type[msgspec.Struct], prefix: str = "") -> Iterator[str]:
    """Dotted keys of `document` that the section does not have."""
    if not isinstance(document, dict):
        return
    fields = {field.encode_name: field for field in msgspec.structs.fields(section)}
    for key, value in document.items():
        if key not in fields:
            yield f"{prefix}{key}"
            continue
        inner = section_of(fields[key].type)
        if inner is not None:
            yield from unknown_keys(value, inner, f"{prefix}{key}.")


def nearest_key(unknown: str, known: list[str]) -> str | None:
    """The known dotted key most like `unknown`, or None if none is near."""
    by_leaf = {key.rsplit(".", 1)[-1]: key for key in reversed(known)}
    whole = difflib.get_close_matches(unknown, known, n=1, cutoff=0.7)
    leaf = difflib.get_close_matches(unknown.rsplit(".", 1)[-1], list(by_leaf), n=1, cutoff=0.6)
    return whole[0] if whole else (by_leaf[leaf[0]] if leaf else None)


def section_of(annotation: Any) -> type[msgspec.Struct] | None:
    """The section type in a field's annotation, looking through `| None`."""
    for candidate in (annotation, *get_args(annotation)):
        if isinstance(candidate, type) and issubclass(candidate, msgspec.Struct):
            return candidate
    return None
