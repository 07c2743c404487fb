"""Mails about signals that a rule wanted: one for each step of the feed, however many it brought."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from alpine_core.model import Mail, NoticeLine
from alpine_web.settings import Settings

TEMPLATES = Path(__file__).parent / "templates"
MOST_LINES = 20


class TemplateNoticeLetters:
    """`ports.NoticeLetters`; `new_id` gives a fresh text for each message id. Links begin with the public URL."""

    def __init__(self, settings: Settings, new_id: Callable[[], str]) -> None:
        self._base = settings.base_url
        self._host = settings.public_host or "alpine.localhost"
        self._new_id = new_id
        self._templates = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=lambda name: str(name).endswith(".html"),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )

    def write(self, recipient: str, lines: Sequence[NoticeLine], at: datetime) -> Mail:
        first, more = lines[0], len(lines) - 1
        context = {
            "lines": [(line, f"{self._base}/signals/{quote(line.signal_id, safe='')}") for line in lines[:MOST_LINES]],
            "more": max(0, len(lines) - MOST_LINES),
            "base": self._base,
            "at": f"{at:%Y-%m-%d %H:%M} UTC",
        }
        what = f"{first.action} {first.symbol}" if first.outcome is None else f"{first.symbol} ended"
        return Mail(
            message_id=f"<{self._new_id()}@{self._host}>",
            recipient=recipient,
            subject=f"Alpine: {what}{f' and {more} more' if more else ''}",
            text=self._templates.get_template("notice.txt").render(context),
            html=self._templates.get_template("notice.html").render(context),
        )
