"""Mails as files, where no mail server is set: whoever runs the machine reads them there."""

from __future__ import annotations

import asyncio
import os
import re
from pathlib import Path

from alpine_core.adapters.mail_form import email_message
from alpine_core.errors import DeliveryError
from alpine_core.model.mail import Mail
from alpine_core.ports.clock import Clock

_OWNER_ONLY = 0o600


class EmlFolder:
    """`ports.Mailer` into a folder: one `.eml` file for each message id, readable by its owner only."""

    def __init__(self, folder: Path, sender: str, clock: Clock) -> None:
        self._folder = folder
        self._sender = sender
        self._clock = clock

    async def send(self, mail: Mail) -> None:
        name = f"{self._clock.now():%Y%m%dT%H%M%S}-{re.sub('[^A-Za-z0-9]+', '-', mail.message_id).strip('-')}.eml"
        try:
            content = email_message(mail, self._sender, self._clock).as_bytes()
            await asyncio.to_thread(self._write, self._folder / name, content)
        except ValueError as error:
            raise DeliveryError(f"the mail {mail.message_id} cannot be written: {error}", retry=False) from error
        except OSError as error:
            raise DeliveryError(f"the mail folder {self._folder} cannot be written: {error}", retry=True) from error

    def _write(self, path: Path, content: bytes) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_suffix(".part")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _OWNER_ONLY), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        # Whole or not at all: a crash before leaves a `.part`, which the next attempt writes anew.
        draft.replace(path)
