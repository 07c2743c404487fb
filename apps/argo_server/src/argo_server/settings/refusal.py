"""What is wrong with a value, in a sentence that names its key and what may stand there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum
from typing import Any, Literal, get_args, get_origin

import msgspec

from argo_core.errors import ConfigError
from argo_server.settings.environment import OVERRIDES
from argo_server.settings.nearest import section_of
from argo_server.settings.shape import ConfigFile

_PLACED = re.compile(r"^(?P<words>.*?) - at `\$\.?(?P<place>.*)`$", re.DOTALL)
_ANY = "[...]"
_STREAM_PATTERN, _WEB_PATTERN = "https?|wss?", "https?://"


def refused(error: msgspec.ValidationError, document: object, origin: str, overrides: frozenset[str]) -> ConfigError:
    """The error of this document, which came from the file `origin`, or from nowhere where that is empty."""
    found = _PLACED.match(str(error))
    if found is None:
        return ConfigError(f"{origin or 'the settings'}: {_plainly(str(error))}")
    place = _named(found["place"], document)
    words = _words(found["words"], place)
    variable = _variable_of(place, overrides)
    where = variable or (f"{origin}: {place}" if origin else place)
    return ConfigError(f"{where}: {words}")


def _words(said: str, place: str) -> str:
    if said.startswith("Invalid enum value"):
        allowed = ", ".join(_choices(ConfigFile, place.split(".")))
        value = said.removeprefix("Invalid enum value").strip()
        return f"{value} is none of {allowed}" if allowed else f"{value} is not known"
    if _STREAM_PATTERN in said:
        return "is no address: write one that begins with http:// or https://, for a stream with ws:// or wss://"
    if _WEB_PATTERN in said:
        return "is no address: write one as http://host:port or https://host/path"
    return _plainly(said)


def _plainly(said: str) -> str:
    """msgspec's words without its code marks."""
    return f"{said[:1].lower()}{said[1:]}".replace("`", "")


def _named(place: str, document: object) -> str:
    """The key with the entry of a table or a list that the message leaves open."""
    while _ANY in place:
        before, _, after = place.partition(_ANY)
        entries = _entries(_at(document, before.split(".")))
        culprit = next((key for key, kept in entries if _still_wrong(document, before.split("."), kept)), None)
        if culprit is None:
            return place.replace(_ANY, "")
        place = f"{before}.{culprit}{after}"
    return place


def _entries(table: object) -> Iterator[tuple[str, object]]:
    """Each entry's name, with a table that has it alone."""
    if isinstance(table, dict):
        yield from ((str(key), {key: value}) for key, value in table.items())
    elif isinstance(table, list):
        yield from ((str(number), [value]) for number, value in enumerate(table))


def _still_wrong(document: object, path: list[str], alone: object) -> bool:
    trimmed: object = alone
    for name in reversed(path):
        trimmed = {name: trimmed}
    try:
        msgspec.convert(trimmed, ConfigFile)
    except msgspec.ValidationError:
        return True
    return False


def _at(document: object, path: list[str]) -> object:
    for name in path:
        document = document.get(name) if isinstance(document, dict) else None
    return document


def _choices(section: type[msgspec.Struct], path: list[str]) -> Iterator[str]:
    """What may stand at a key, where that is one of a few words."""
    field = next((each for each in msgspec.structs.fields(section) if each.encode_name == path[0]), None)
    if field is None:
        return
    inner = section_of(field.type)
    if inner is not None and len(path) > 1:
        yield from _choices(inner, path[1:])
        return
    for kind in (field.type, *get_args(field.type)):
        yield from _words_of(kind)


def _words_of(kind: Any) -> Iterator[str]:
    if isinstance(kind, type) and issubclass(kind, Enum):
        yield from (str(each.value) for each in kind)
    elif get_origin(kind) is Literal:
        yield from map(str, get_args(kind))


def _variable_of(place: str, overrides: frozenset[str]) -> str | None:
    """The environment variable that set it, or, where a section as a whole is refused, one that set a part of it."""
    for name, (section, key) in OVERRIDES.items():
        dotted = f"{section}.{key}"
        if dotted in overrides and place in (dotted, section):
            return name
    return None
