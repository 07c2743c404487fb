"""Which symbols are asked for together."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Sequence

QUESTIONS_KNOWN = 16


class StableParts:
    """Of the same question a symbol stays in the part that it was first asked in: whoever asks for the rest of the
    symbols later meets the parts that are kept. The newest questions are remembered."""

    def __init__(self) -> None:
        self._known: OrderedDict[Hashable, dict[str, tuple[str, ...]]] = OrderedDict()

    def of(self, question: Hashable, symbols: Sequence[str], size: int) -> tuple[tuple[str, ...], ...]:
        """The parts, of at most `size` symbols in order, that hold all of `symbols`; each part once."""
        known = self._known.setdefault(question, {})
        self._known.move_to_end(question)
        while len(self._known) > QUESTIONS_KNOWN:
            self._known.popitem(last=False)
        new = sorted({symbol for symbol in symbols if symbol not in known})
        for place in range(0, len(new), size):
            part = tuple(new[place : place + size])
            known |= dict.fromkeys(part, part)
        return tuple(dict.fromkeys(known[symbol] for symbol in sorted(symbols)))
