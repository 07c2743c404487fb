"""Numbers as ECMAScript writes them, which is how RFC 8785 section 3.2.2.3 wants them."""

from __future__ import annotations


def es_number(value: float) -> str:
    """The text of a finite double, as ECMAScript's Number::toString has it (ECMA-262, 6.1.6.1.20)."""
    text = float.__repr__(value)
    if "e" not in text:
        # The shortest digits that read back, and the layout of ECMAScript but for the end of whole numbers.
        return ("0" if value == 0 else text[:-2]) if text.endswith(".0") else text
    sign = "-" if value < 0 else ""
    mantissa, _, exponent = text.lstrip("-").partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).rstrip("0")
    return sign + _laid_out(digits, len(whole) + int(exponent))


def _laid_out(digits: str, point: int) -> str:
    """`digits` with the decimal point after the first `point` of them, in the layout of the standard's steps."""
    count = len(digits)
    if count <= point <= 21:
        return digits + "0" * (point - count)
    if -6 < point <= 0:
        return "0." + "0" * -point + digits
    exponent = point - 1
    rest = "." + digits[1:] if count > 1 else ""
    return f"{digits[0]}{rest}e{'-' if exponent < 0 else '+'}{abs(exponent)}"
