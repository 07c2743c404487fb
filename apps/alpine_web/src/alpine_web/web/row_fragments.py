"""Rows of signals as HTML, drawn once for each content: drawing one costs as much as looking up ten."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable

import msgspec
from markupsafe import Markup

from alpine_core.tiers import Seen

MOST_ROWS = 4096


class RowFragments:
    """Keeps the rows that were asked for last, at most `most`, each under the SHA-256 of the whole view.

    Whatever of the view a template shows, two views that differ anywhere never share a row.
    """

    def __init__(self, draw: Callable[[Seen], str], most: int = MOST_ROWS) -> None:
        self._draw, self._most = draw, most
        self._kept: OrderedDict[bytes, Markup] = OrderedDict()
        self._encode = msgspec.json.Encoder().encode

    def __len__(self) -> int:
        return len(self._kept)

    def row(self, view: Seen) -> Markup:
        """The row as it stands on a page, escaped where the template escapes."""
        key = hashlib.sha256(self._encode(view)).digest()
        found = self._kept.get(key)
        if found is None:
            found = self._kept[key] = Markup(self._draw(view))
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)
        else:
            self._kept.move_to_end(key)
        return found
