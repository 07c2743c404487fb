"""Which passwords are taken."""

from __future__ import annotations

from alpine_core.accounts.guessed_words import is_guessed_words
from alpine_core.accounts.tried_passwords import TRIED_PASSWORDS
from alpine_core.errors import AccountRefused

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 1024
_LONGEST_PIECE = 4
_DIGITS = "01234567890123456789"
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def require_good_password(password: str, email: str) -> None:
    """NIST SP 800-63B asks for length and for a look at what is known, not for kinds of characters.

    Raises AccountRefused `weak_password`, which says why, unless it has 12 to 1,024 characters and is not the address
    (or the part before its @), not one piece of up to four characters again and again, not the digits or the letters in
    their order, not on the list of those that are tried first, and not made of words of this place or of common ones
    alone.
    """
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise _weak(f"use {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters")
    plain = password.strip().lower()
    if plain in (email, email.partition("@")[0]):
        raise _weak("do not use the e-mail address")
    if _repeats(plain) or any(plain in row or plain in row[::-1] for row in (_DIGITS, _LETTERS)):
        raise _weak("it is one piece again and again, or a row of the keyboard: use several words instead")
    if plain in TRIED_PASSWORDS or "".join(plain.split()) in TRIED_PASSWORDS:
        raise _weak("it is among those that are tried first: use several words of your own")
    if is_guessed_words(plain):
        raise _weak("it is made of words that are tried first: use several words of your own")


def _repeats(text: str) -> bool:
    return any(text == (text[:size] * len(text))[: len(text)] for size in range(1, _LONGEST_PIECE + 1))


def _weak(why: str) -> AccountRefused:
    return AccountRefused("weak_password", f"this password is not taken: {why}")
