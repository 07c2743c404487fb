"""Words that guessed passwords are built around: those of this place, and those that people take anywhere."""

from __future__ import annotations

import re

PLACE_WORDS = ("alpine", "analytics", "signals", "signal", "trading", "trader", "market", "stocks", "crypto")
COMMON_WORDS = (
    *("password", "passwort", "passwd", "pass", "welcome", "willkommen", "letmein", "login", "secret", "changeme"),
    *("admin", "administrator", "root", "user", "test", "guest", "default", "temporary", "qwerty", "qwertz", "azerty"),
    *("asdfgh", "zxcvbn", "iloveyou", "love", "money", "monkey", "dragon", "master", "shadow", "princess", "sunshine"),
    *("football", "baseball", "superman", "batman", "michael", "bitcoin", "ethereum", "hello", "freedom", "whatever"),
    *("spring", "summer", "autumn", "winter", "january", "february", "march", "april", "june", "july", "august"),
    *("september", "october", "november", "december", "monday", "friday", "sunday", "abc", "abcd", "my", "new", "the"),
)
# Letters as they are often written: @lp1ne.
_AS_WRITTEN = str.maketrans("@483105$7!", "aabeiossti")
_ONLY_WORDS = re.compile(f"(?:{'|'.join(sorted({*PLACE_WORDS, *COMMON_WORDS}, key=len, reverse=True))})+")


def is_guessed_words(plain: str) -> bool:
    """Whether a password in lower case is nothing but such words, with digits and signs around or for letters."""
    readings = (plain, plain.strip("0123456789!?.,*#+-_ ").translate(_AS_WRITTEN))
    letters = ("".join(one for one in text if one.isalpha()) for text in readings)
    return any(_ONLY_WORDS.fullmatch(each) for each in letters)
