"""Which trades form a price.

Sale conditions are the tapes' own (CTA for A and B, UTP for C). Those listed here may change the last price; a trade
with any other does not, whatever else it bears: odd lots, average and derived prices, deliveries at another time,
reports out of sequence or outside the session, official prices that are no trade, and codes that are new to us. The
vendors' last trade and minute bars follow the same rules.
"""

from __future__ import annotations

from collections.abc import Iterable

REGULAR = ("", " ", "@")
ALPACA = frozenset(
    {
        *REGULAR,
        "A",  # acquisition
        "D",  # distribution
        "E",  # automatic execution
        "F",  # intermarket sweep
        "K",  # rules 127 and 155
        "O",  # opening trade
        "S",  # split trade
        "X",  # cross trade
        "Y",  # yellow flag
        "1",  # stopped stock
        "5",  # reopening
        "6",  # closing print
    }
)
"""Letters as the tape has them. `B` is an average price on two tapes: it forms none on the third either."""

MASSIVE = frozenset(
    {
        0,  # regular
        1,  # acquisition
        3,  # automatic execution
        8,  # closing print
        9,  # cross trade
        11,  # distribution
        14,  # intermarket sweep
        17,  # market center's opening trade
        18,  # its reopening trade
        19,  # its closing trade
        23,  # rule 155
        24,  # rule 127
        25,  # opening print
        27,  # stopped stock
        28,  # reopening print
        34,  # split trade
        36,  # yellow flag
        41,  # trade through exempt
    }
)
"""The vendor's own numbers for the conditions of shares. Of coins it tells the side of the trade in their place."""


def forms_price(conditions: Iterable[str | int] | None, forming: frozenset[str] | frozenset[int]) -> bool:
    """Whether a trade with these conditions is a price; one without any is a regular one."""
    return all(code in forming for code in conditions or ())
