"""Mails without words: what a test wants to know stands in them."""

from __future__ import annotations

import itertools

from alpine_core.model.mail import Mail
from alpine_core.ports.letters import Letter


class PlainLetters:
    """`ports.Letters` whose subject is the kind and whose text is the token."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)

    def write(self, letter: Letter) -> Mail:
        return Mail(
            message_id=f"<{next(self._numbers)}@test>",
            recipient=letter.recipient,
            subject=letter.kind.value,
            text=letter.token,
        )
