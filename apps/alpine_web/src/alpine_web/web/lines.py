"""One event of the feed as the bytes that each kind of reader gets. They are made once and sent to everyone."""

from __future__ import annotations

import msgspec

from alpine_core.feed import EventKind, FeedItem
from alpine_web.live import Kind, Line, Lines
from alpine_web.web.site import Site, draw_row

COMMENT = b": alive\n\n"
ALIVE = b'{"kind":"alive"}\n'
HEARTBEATS = {Kind.SIGNALS: COMMENT, Kind.ROWS: COMMENT, Kind.SOCKET: ALIVE}
FRESH = {EventKind.SIGNAL: True, EventKind.OUTCOME: False, EventKind.SEALED: True}
SAID_AS = {EventKind.SIGNAL: "signal", EventKind.OUTCOME: "signal", EventKind.SEALED: "sealed"}


def lines_of(site: Site) -> Lines:
    """Every kind; rows are drawn with the site's template and addresses, and only where there are pages."""

    def row(item: FeedItem) -> bytes:
        html = draw_row(site, item.view, fresh=FRESH[item.kind], replaces=item.replaces)
        return _event(item.event_id, " ".join(html.splitlines()).encode())

    known = {Kind.SIGNALS.value: Line(json_event, COMMENT), Kind.SOCKET.value: Line(socket_text, ALIVE)}
    return {**known, Kind.ROWS.value: Line(row, COMMENT)} if site.pages else known


def json_event(item: FeedItem) -> bytes:
    """A server-sent event named `signal`, `outcome` or `sealed` whose data is the view as JSON."""
    return _event(item.event_id, msgspec.json.encode(item.view), item.kind.value)


def socket_text(item: FeedItem) -> bytes:
    """`{"event_id", "kind", "signal"}` and a line break: texts that come together are told apart by it.

    Of a seal the view stands under `sealed`: it has none of a signal's fields.
    """
    told = {"event_id": item.event_id, "kind": item.kind.value, SAID_AS[item.kind]: item.view}
    return msgspec.json.encode(told) + b"\n"


def _event(event_id: str, data: bytes, name: str | None = None) -> bytes:
    """WHATWG HTML, section 9.2. JSON has no line break of its own, and rows lose theirs: one `data` line suffices."""
    named = b"" if name is None else b"event: %s\n" % name.encode()
    return b"id: %s\n%sdata: %s\n\n" % (event_id.encode(), named, data)
