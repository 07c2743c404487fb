"""Who is at the keyboard."""

from __future__ import annotations

import getpass


def person() -> str:
    """The user's name; `operator` where the system knows none."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "operator"
