"""Notion: each alert is a page of a data source, so that the history can be searched and filtered there.

The data source needs the columns that `COLUMNS` names; Notion answers 400 and names the one it misses.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx

from argo_core.adapters.alert_channels.posting import DEADLINE_SECONDS, Posting, json_words
from argo_core.alerts.routing import NOTION
from argo_core.model.alert import Alert, Delivery

URL = "https://api.notion.com"
VERSION = "2025-09-03"
COLUMNS = {
    "Name": "title",
    "Severity": "select",
    "State": "select",
    "Source": "rich_text",
    "Key": "rich_text",
    "Runbook": "rich_text",
    "Raised": "date",
}
LONGEST_TEXT, MOST_BLOCKS = 2000, 100


class Notion:
    """`ports.Notifier`. `api_key` is an integration's that the data source is shared with."""

    def __init__(
        self,
        client: httpx.AsyncClient,
        api_key: str,
        data_source_id: str,
        url: str = URL,
        deadline_seconds: float = DEADLINE_SECONDS,
    ) -> None:
        self._data_source_id = data_source_id
        self._headers = {"Authorization": f"Bearer {api_key}", "Notion-Version": VERSION}
        address = f"{url.rstrip('/')}/v1/pages"
        self._posting = Posting(client, NOTION, address, _explained, api_key, deadline_seconds=deadline_seconds)

    async def send(self, alert: Alert) -> Delivery:
        """One page; the end of a matter is a page of its own."""
        return await self._posting.post(page_of(alert, self._data_source_id), self._headers)


def page_of(alert: Alert, data_source_id: str) -> dict[str, Any]:
    """The page as Notion's API takes it: columns to filter by, and the text to search in."""
    blocks = [_paragraph(alert.message), *(_paragraph(f"{name}: {value}") for name, value in alert.details.items())]
    return {
        "parent": {"type": "data_source_id", "data_source_id": data_source_id},
        "properties": dict(_columns(alert)),
        "children": blocks[:MOST_BLOCKS],
    }


def _columns(alert: Alert) -> Iterator[tuple[str, dict[str, Any]]]:
    yield "Name", {"title": _text(alert.title)}
    yield "Severity", {"select": {"name": alert.severity.value}}
    yield "State", {"select": {"name": "over" if alert.resolved else "open"}}
    yield "Source", {"rich_text": _text(alert.source)}
    yield "Key", {"rich_text": _text(alert.dedup_key)}
    yield "Runbook", {"rich_text": _text(alert.runbook)}
    yield "Raised", {"date": {"start": alert.raised_at.isoformat()}}


def _paragraph(text: str) -> dict[str, Any]:
    return {"object": "block", "type": "paragraph", "paragraph": {"rich_text": _text(text)}}


def _text(text: str) -> list[dict[str, Any]]:
    return [{"type": "text", "text": {"content": text[:LONGEST_TEXT]}}]


def _explained(answer: httpx.Response) -> str:
    return json_words(answer, "code", "message")
