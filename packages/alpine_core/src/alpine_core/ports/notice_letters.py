"""The words of mails about signals."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from alpine_core.model.mail import Mail
from alpine_core.model.notice import NoticeLine


class NoticeLetters(Protocol):
    """Promise: each mail has a message id of its own."""

    def write(self, recipient: str, lines: Sequence[NoticeLine], at: datetime) -> Mail:
        """One mail about all the lines, of which there is at least one."""
        ...
