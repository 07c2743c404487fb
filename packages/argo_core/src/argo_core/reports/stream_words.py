"""How a vendor's stream stands, in words."""

from __future__ import annotations

from argo_core.model.stream_standing import StreamStanding

KINDS = {"equity": "shares", "crypto": "coins"}


def stream_words(stream: StreamStanding) -> str:
    """One sentence's part, with the last error where it matters."""
    name = f"stream of {KINDS.get(stream.kind, stream.kind)}"
    if stream.connected:
        return f"{name} connected"
    why = "" if stream.last_error is None else f" ({stream.last_error})"
    if stream.ended:
        return f"{name} not followed any more: prices are asked for instead{why}"
    if not stream.connections and not stream.failures:
        return f"{name} not opened yet"
    times = "once" if stream.failures == 1 else f"{stream.failures} times in a row"
    return f"{name} dropped or not to be had {times}: we come back{why}"
