"""The text ECMAScript gives a number: ECMA-262 Number::toString, radix 10, as RFC 8785 section 3.2.2.3 asks."""

from __future__ import annotations

from argo_core.ledger.canonical_error import CanonicalError

# ECMA-262 writes a number positionally while its decimal point stands in (-6, 21]; beyond that, with an exponent.
_LAST_POSITIONAL_POINT = 21
_FIRST_POSITIONAL_POINT = -5


def es_number(value: float) -> str:
    """The shortest decimal text that reads back as the same IEEE double, in ECMAScript's notation.

    Any finite double is allowed; both zeros give `0`. Raises CanonicalError `nan_or_inf` for NaN and infinities.
    """
    # float.__repr__ and not repr(): a subclass such as numpy.float64 prints itself differently.
    text = float.__repr__(value)
    if text.endswith(".0"):
        return "0" if value == 0.0 else text[:-2]
    if "e" in text:
        return _with_exponent(text)
    if text in ("nan", "inf", "-inf"):
        raise CanonicalError("nan_or_inf", "a number must be finite: JSON has no NaN and no infinity")
    return text


def _with_exponent(text: str) -> str:
    """Python's exponent notation (`1e-05`, `-1.5e+300`) in ECMAScript's.

    Python uses an exponent below 1e-4 and from 1e16, where all digits of a double stand on one side of the point;
    so the branch of ECMA-262 with the point between the digits cannot occur here.
    """
    mantissa, _, exponent = text.partition("e")
    sign = "-" if mantissa.startswith("-") else ""
    digits = mantissa.removeprefix("-").replace(".", "")
    point = int(exponent) + 1
    if len(digits) <= point <= _LAST_POSITIONAL_POINT:
        return sign + digits + "0" * (point - len(digits))
    if _FIRST_POSITIONAL_POINT <= point <= 0:
        return sign + "0." + "0" * -point + digits
    fraction = "." + digits[1:] if len(digits) > 1 else ""
    return f"{sign}{digits[0]}{fraction}e{'-' if point < 1 else '+'}{abs(point - 1)}"
