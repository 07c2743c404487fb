"""Puts the key that both sides share into the settings file."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from alpine_core.errors import OperatorError
from alpine_web.settings.env_file import read_env_file, write_env_value
from alpine_web.settings.provider_key import PROVIDER_KEY

KEY = re.compile(r"[0-9a-f]{64}")
KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class InstalledKey:
    """`did` says in one or two words what was done."""

    did: str
    key: str = field(repr=False)


def read_key(path: Path) -> str:
    """The key that stands in a file, without the white space around it. Raises OperatorError for a file of another
    kind."""
    try:
        return path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise OperatorError(
            f"{path} cannot be read as text: name a file that holds the key and nothing else"
        ) from error


def install_key(path: Path, given: str | None, *, rotate: bool) -> InstalledKey:
    """Install `given`, or a new random key if there is none yet or `rotate` asks for one.

    A new or given key stands before the one in force until then, which goes on being accepted. Raises OperatorError
    for a given key that is not 64 lower-case hex digits.
    """
    if given is not None and KEY.fullmatch(given) is None:
        raise OperatorError("the key must be 64 lower-case hex digits: make one with `alpine sync setup --show`")
    known = [key for key in read_env_file(path).get(PROVIDER_KEY, "").split(",") if key]
    if known and (given == known[0] or (given is None and not rotate)):
        write_env_value(path, PROVIDER_KEY, ",".join(known))
        return InstalledKey("kept", known[0])
    key = given or secrets.token_hex(KEY_BYTES)
    write_env_value(path, PROVIDER_KEY, ",".join([key, *known[:1]]))
    return InstalledKey("installed" if given else "created", key)
