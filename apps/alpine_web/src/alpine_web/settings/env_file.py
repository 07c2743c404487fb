"""`.env` files: NAME=value lines, read and rewritten."""

from __future__ import annotations

import os
import re
from pathlib import Path

from alpine_core.errors import OperatorError

LINE = re.compile(r"\s*(?:export\s+)?(?P<name>[A-Za-z_][A-Za-z0-9_]*)\s*=\s*(?P<value>.*?)\s*")
QUOTES = ('"', "'")


def read_env_file(path: Path, required: bool = False) -> dict[str, str]:
    """Names and values. Blank lines and lines that begin with `#` do not count; quotes around a value are dropped.

    A missing file is empty unless it is `required`. Raises OperatorError for a line of another form.
    """
    if not path.exists() and not required:
        return {}
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise OperatorError(f"{path} cannot be read: point ALPINE_ENV_FILE at a text file") from error
    values = {}
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        found = LINE.fullmatch(line)
        if found is None:
            raise OperatorError(f"{path}, line {number}: write NAME=value")
        values[found["name"]] = _unquoted(found["value"])
    return values


def write_env_value(path: Path, name: str, value: str) -> None:
    """Set one name in the file and keep all other lines. The file is readable by its owner only, from the start.

    The new content is written beside the file and then put in its place: a crash leaves the old file or the new one.
    Raises OperatorError.
    """
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    kept = [line for line in lines if (found := LINE.fullmatch(line)) is None or found["name"] != name]
    try:
        _replace(path, "\n".join([*kept, f"{name}={value}", ""]))
    except OSError as error:
        raise OperatorError(f"{path} cannot be written: {error.strerror}: name another file") from error


def _replace(path: Path, text: str) -> None:
    fresh = path.with_name(f"{path.name}.new")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def _unquoted(value: str) -> str:
    if len(value) >= 2 and value[0] in QUOTES and value[-1] == value[0]:
        return value[1:-1]
    return value
