"""Secrets stay out of every text: vendors put the caller's key into their bodies, libraries into their exceptions."""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote, quote_plus

STRUCK = "[secret]"
SENTENCE_LENGTH = 300
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


class CauseWithSecret(Exception):
    """Stands in for a foreign error that shows a secret somewhere: its type and its text without the secret."""


class Redacted:
    """What no text may show. Each secret is struck out as it is, in either case, and as URLs, JSON, HTML and base64
    write it. Without any secret every text passes, on one line."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._known: frozenset[str] = frozenset()
        self.learn(secrets)

    def learn(self, secrets: Iterable[str]) -> None:
        """These too from now on, and all before them still: a rotated key is good for a while."""
        self._known |= {secret for secret in secrets if secret}
        forms = sorted({form for secret in self._known for form in _written(secret)}, key=len, reverse=True)
        self._pattern = re.compile("|".join(re.escape(form) for form in forms), re.IGNORECASE) if forms else None

    def __repr__(self) -> str:
        return "Redacted()"

    def sentence(self, text: str, length: int = SENTENCE_LENGTH) -> str:
        """One line of at most `length` characters. Struck out before it is cut: half a key is a key's half."""
        line = self.struck(_CONTROL.sub(" ", self.struck(text))).strip()
        return line if len(line) <= length else f"{line[: length - 1]}…"

    def struck(self, text: str) -> str:
        """The text with each secret replaced by `[secret]`."""
        return text if self._pattern is None else self._pattern.sub(STRUCK, text)

    def shows(self, text: str) -> bool:
        """Whether a secret is in the text."""
        return self._pattern is not None and self._pattern.search(text) is not None

    def cause(self, error: BaseException) -> BaseException:
        """The error itself as a cause to keep, or a stand-in if it or an error behind it holds a secret."""
        if not any(self.shows(text) for link in _chain(error) for text in _texts(link)):
            return error
        return CauseWithSecret(f"{type(error).__name__}: {self.sentence(str(error))}")


def _written(secret: str) -> Iterator[str]:
    yield secret
    yield quote(secret, safe="")
    yield quote_plus(secret)
    yield json.dumps(secret)[1:-1]
    yield html.escape(secret)
    yield base64.b64encode(secret.encode()).decode().rstrip("=")


def _chain(error: BaseException) -> list[BaseException]:
    links: list[BaseException] = []
    waiting: list[BaseException | None] = [error]
    while waiting:
        link = waiting.pop()
        if link is None or link in links:
            continue
        links.append(link)
        waiting += [link.__cause__, link.__context__]
        if isinstance(link, BaseExceptionGroup):
            waiting += link.exceptions
    return links


def _texts(error: BaseException) -> Iterator[str]:
    """All that an error would show: its words, its arguments and what libraries hang on it (a body, a URL)."""
    yield str(error)
    yield repr(error.args)
    for held in vars(error).values():
        yield held.decode("utf-8", "replace") if isinstance(held, bytes) else str(held)
