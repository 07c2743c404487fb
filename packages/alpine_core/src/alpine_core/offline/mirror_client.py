"""Asks a mirror's public API, which needs no account."""

from __future__ import annotations

import http.client
import urllib.request
from collections.abc import Iterator
from typing import Any

import msgspec

from alpine_core.errors import NotProven, OperatorError
from alpine_core.verify.commitment import read_hex

SECONDS = 30
MOST_BYTES = 128 * 1024 * 1024
PAGE = 1_000


class MirrorClient:
    """`url`: the mirror's address without path. Every method raises OperatorError for an answer that is none."""

    def __init__(self, url: str) -> None:
        if not url.startswith(("http://", "https://")):
            raise OperatorError(f"{url}: write the address as https://host")
        self._base = f"{url.rstrip('/')}/api/v1/ledger"

    def policy(self) -> str:
        """What the mirror says whom to trust."""
        return self._get("/policy").decode("utf-8", "replace")

    def checkpoint(self) -> str:
        """The newest signed note, with cosignatures."""
        return self._text(self._json("/checkpoint"), "checkpoint")

    def consistency(self, older: int, newer: int) -> tuple[bytes, ...]:
        """The proof between two sizes."""
        proof = self._json(f"/proof/consistency?from={older}&to={newer}").get("proof")
        if not isinstance(proof, list):
            raise OperatorError("the mirror's answer has no proof")
        try:
            return tuple(read_hex("proof", each) for each in proof)
        except NotProven as error:
            raise OperatorError(f"the mirror's proof cannot be read: {error}") from None

    def entries(self, start: int, end: int) -> Iterator[str]:
        """Entries from `start` up to `end`, page by page; fewer if the mirror has no more."""
        while start < end:
            page = self._json(f"/entries?start={start}&limit={min(PAGE, end - start)}").get("entries")
            if not isinstance(page, list) or not all(isinstance(each, str) for each in page):
                raise OperatorError("the mirror's answer has no entries")
            if not page:
                return
            yield from page[: end - start]
            start += len(page)

    def _text(self, told: dict[str, Any], name: str) -> str:
        value = told.get(name)
        if not isinstance(value, str):
            raise OperatorError(f"the mirror's answer has no {name}")
        return value

    def _json(self, path: str) -> dict[str, Any]:
        try:
            return msgspec.json.decode(self._get(path), type=dict[str, Any])
        except msgspec.DecodeError as error:
            raise OperatorError(f"the mirror's answer is no JSON object: {error}") from None

    def _get(self, path: str) -> bytes:
        accepted = {"Accept": "application/json, text/plain"}
        try:
            request = urllib.request.Request(self._base + path, headers=accepted)
            with urllib.request.urlopen(request, timeout=SECONDS) as answer:
                body: bytes = answer.read(MOST_BYTES)
                return body
        except (OSError, ValueError, http.client.HTTPException) as error:
            # What a server sent may be in it: one line, of what can be printed.
            told = "".join(each if each.isprintable() else " " for each in f"{error!s:.200}")
            raise OperatorError(f"{self._base}{path}: no answer: {told or type(error).__name__}") from None
