"""What stops a deployment on purpose: one line that says what to do."""

from __future__ import annotations


class Refused(Exception):
    """Nothing was changed that the message does not name."""
