"""Figures and curves as HTML, drawn once for each state of the record: drawing them costs more than the rest of a
page."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

from markupsafe import Markup

from alpine_core.track_record import TrackRecord

MOST_PARTS = 256


class RecordFragments:
    """Keeps the parts that were asked for last, at most `most`, each of one template and one reckoned record."""

    def __init__(self, draw: Callable[[str, TrackRecord], str], most: int = MOST_PARTS) -> None:
        self._draw, self._most = draw, most
        # The record is kept with its part: as long as it is, no other one has its identity.
        self._kept: OrderedDict[tuple[str, int], tuple[TrackRecord, Markup]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def part(self, template: str, record: TrackRecord) -> Markup:
        """The part as it stands on a page; it shows nothing of who asks."""
        key = (template, id(record))
        found = self._kept.get(key)
        if found is None:
            found = self._kept[key] = (record, Markup(self._draw(template, record)))
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)
        else:
            self._kept.move_to_end(key)
        return found[1]
