"""Mails about signals that a rule wanted: one for each step of the feed, however many it brought."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import quote

from alpine_core.model import Mail, NoticeLine
from alpine_web.letters.stationery import Stationery

MOST_LINES = 20


class TemplateNoticeLetters:
    """`ports.NoticeLetters`."""

    def __init__(self, stationery: Stationery) -> None:
        self._stationery = stationery

    def write(self, recipient: str, lines: Sequence[NoticeLine], at: datetime) -> Mail:
        first, more, base = lines[0], len(lines) - 1, self._stationery.base
        context = {
            "lines": [(line, f"{base}/signals/{quote(line.signal_id, safe='')}") for line in lines[:MOST_LINES]],
            "more": max(0, len(lines) - MOST_LINES),
        }
        what = f"{first.action} {first.symbol}" if first.outcome is None else f"{first.symbol} ended"
        subject = f"{what}{f' and {more} more' if more else ''}"
        return self._stationery.mail("notice", recipient, subject, at, context)
