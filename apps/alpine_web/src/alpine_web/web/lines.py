"""One event of the feed as the bytes that each kind of reader gets. They are made once and sent to everyone."""

from __future__ import annotations

import msgspec

from alpine_core.feed import FeedItem
from alpine_core.model import RecordKind
from alpine_web.live import Kind, Line, Lines
from alpine_web.web.site import ROW, Site

COMMENT = b": alive\n\n"
ALIVE = b'{"kind":"alive"}\n'
HEARTBEATS = {Kind.SIGNALS: COMMENT, Kind.ROWS: COMMENT, Kind.SOCKET: ALIVE}
REPLACES = {RecordKind.SIGNAL: False, RecordKind.OUTCOME: True}


def lines_of(site: Site) -> Lines:
    """Every kind; rows are drawn with the site's template and addresses, and only where there are pages."""

    def row(item: FeedItem) -> bytes:
        replaces = REPLACES[item.kind]
        html = site.render(ROW, view=item.view, fresh=not replaces, replaces=replaces)
        return _event(item.event_id, " ".join(html.splitlines()).encode())

    known = {Kind.SIGNALS.value: Line(json_event, COMMENT), Kind.SOCKET.value: Line(socket_text, ALIVE)}
    return {**known, Kind.ROWS.value: Line(row, COMMENT)} if site.pages else known


def json_event(item: FeedItem) -> bytes:
    """A server-sent event named `signal` or `outcome` whose data is the view as JSON."""
    return _event(item.event_id, msgspec.json.encode(item.view), item.kind.value)


def socket_text(item: FeedItem) -> bytes:
    """`{"event_id", "kind", "signal"}` and a line break: texts that come together are told apart by it."""
    return msgspec.json.encode({"event_id": item.event_id, "kind": item.kind.value, "signal": item.view}) + b"\n"


def _event(event_id: str, data: bytes, name: str | None = None) -> bytes:
    """WHATWG HTML, section 9.2. JSON has no line break of its own, and rows lose theirs: one `data` line suffices."""
    named = b"" if name is None else b"event: %s\n" % name.encode()
    return b"id: %s\n%sdata: %s\n\n" % (event_id.encode(), named, data)
