"""Mails about signals without templates."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import datetime

from alpine_core.model.mail import Mail
from alpine_core.model.notice import NoticeLine


class PlainNoticeLetters:
    """`ports.NoticeLetters`: the names of the signals."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)

    def write(self, recipient: str, lines: Sequence[NoticeLine], at: datetime) -> Mail:
        said = " ".join(line.signal_id if line.outcome is None else f"{line.signal_id}!" for line in lines)
        return Mail(message_id=f"<notice-{next(self._numbers)}@test>", recipient=recipient, subject=said, text=said)
