"""A language model's words made plain: what is shown to people is text, not markup, and nothing that hides or acts."""

from __future__ import annotations

import re
import unicodedata

_INLINE_CITATION = re.compile(r"\[\[\d{1,3}\]\]\([^)\s\"]*\)")
_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()]*\)")
_ADDRESS = re.compile(r"(?:https?|ftp)://\S+|\bwww\.\S+", re.IGNORECASE)
_MARKUP = re.compile(r"[*`#|~]+|<[^\s<>][^<>]{0,200}>")


def plain(text: str, length: int) -> str:
    """One line of at most `length` characters without links, addresses, markup, control or direction characters."""
    line = without_inline_citations(visible(text))
    line = _MARKUP.sub("", _ADDRESS.sub("", _LINK.sub(r"\1", line)))
    return cut(" ".join(line.split()), length)


def visible(text: str) -> str:
    """The text with each control, format, surrogate or unassigned character as a space: those hide or reorder words."""
    return "".join(" " if unicodedata.category(sign)[0] == "C" else sign for sign in text)


def cut(text: str, length: int) -> str:
    """The text, or its beginning and an ellipsis if it is longer than `length`."""
    return text if len(text) <= length else f"{text[: length - 1]}…"


def without_inline_citations(text: str) -> str:
    """A text without the `[[1]](address)` that a vendor may put into an answer, inside its JSON too."""
    return _INLINE_CITATION.sub("", text)
