"""What every SecretShelf promises."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from alpine_core.errors import StoreError
from alpine_core.ports.secret_shelf import SecretShelf

FIRST, SECOND = "alpine-contract/first", "alpine-contract/second"
Change = Callable[[str, str], None]


class SecretShelfContract:
    """Fixtures: an empty `shelf`; `put` and `announce` a text under a name; `gone`, where nobody answers."""

    async def test_what_is_not_there_is_left_out(self, shelf: SecretShelf, put: Change) -> None:
        put(FIRST, "a text")
        found = await shelf.in_force([FIRST, SECOND])
        assert [(secret.name, secret.text) for secret in found.values()] == [(FIRST, "a text")]
        assert found[FIRST].changed_at.tzinfo is not None
        assert (await shelf.beside(FIRST), await shelf.beside(SECOND)) == ((), ())

    async def test_the_next_and_the_last_stand_beside_the_one_in_force(
        self, shelf: SecretShelf, put: Change, announce: Change
    ) -> None:
        put(FIRST, "old")
        announce(FIRST, "new")
        assert ((await shelf.in_force([FIRST]))[FIRST].text, await shelf.beside(FIRST)) == ("old", ("new",))
        put(FIRST, "new")
        assert ((await shelf.in_force([FIRST]))[FIRST].text, await shelf.beside(FIRST)) == ("new", ("old",))

    async def test_it_shows_no_text(self, shelf: SecretShelf, put: Change) -> None:
        put(FIRST, "hush-hush")
        assert "hush-hush" not in repr(await shelf.in_force([FIRST]))

    async def test_a_shelf_that_is_gone_says_so(self, gone: SecretShelf) -> None:
        with pytest.raises(StoreError):
            await gone.in_force([FIRST])
