"""Reading a JSON API with the standard library."""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
from typing import Any


class Unreachable(Exception):
    """Nobody answered, or not in time."""


class Api:
    """GET requests to one address on this machine."""

    def __init__(self, base: str) -> None:
        self.base = base
        self._open = urllib.request.build_opener(urllib.request.ProxyHandler({})).open

    def get(self, path: str, **query: str | int) -> Any:
        """The decoded answer. Raises Unreachable."""
        suffix = f"?{urllib.parse.urlencode(query)}" if query else ""
        try:
            with self._open(f"{self.base}{path}{suffix}", timeout=5) as answer:
                return json.load(answer)
        except (OSError, urllib.error.URLError, ValueError) as error:
            raise Unreachable(f"{self.base}{path}: {error}") from error
