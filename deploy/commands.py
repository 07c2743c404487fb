"""Programs that end by themselves."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

PATIENCE_SECONDS = 3600.0
TOLD_CHARACTERS = 400


class Said(NamedTuple):
    """Exit status, what was written, and the end of it as one line."""

    status: int
    out: str
    told: str


def run(words: Sequence[str | Path], folder: Path, environment: Mapping[str, str] | None = None) -> Said:
    """The end of a program; status 127 where there is no such program. Output and errors are kept apart."""
    try:
        done = subprocess.run(
            [str(word) for word in words],
            cwd=folder,
            env=None if environment is None else dict(environment),
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE_SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return Said(127, "", f"{words[0]}: {error}")
    last = (done.stderr.strip() or done.stdout.strip()).splitlines()[-1:]
    return Said(done.returncode, done.stdout, "".join(last)[-TOLD_CHARACTERS:])
