"""What every SecretStore promises."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from argo_core.errors import Unavailable
from argo_core.ports.secret_store import SecretStore

NAME, OTHER = "argo-contract/first", "argo-contract/second"


class SecretStoreContract:
    """Subclass it, and give fixtures: `store` without these two names, `put` and `prepare` of a name and a value, and
    `away`, a store that nobody answers for."""

    def test_a_name_that_is_not_there_is_left_out(self, store: SecretStore) -> None:
        assert dict(store.read([NAME, OTHER])) == {}
        assert store.others(NAME) == ()

    def test_each_name_has_its_current_value_and_a_time(
        self, store: SecretStore, put: Callable[[str, str], None]
    ) -> None:
        put(NAME, "one")
        put(OTHER, "two")
        found = store.read([NAME, OTHER, "argo-contract/nobody"])
        assert {name: secret.value for name, secret in found.items()} == {NAME: "one", OTHER: "two"}
        assert found[NAME].created_at.tzinfo is not None

    def test_while_it_is_rotated_the_coming_value_and_the_one_before_are_known(
        self, store: SecretStore, put: Callable[[str, str], None], prepare: Callable[[str, str], None]
    ) -> None:
        put(NAME, "one")
        assert store.others(NAME) == ()
        prepare(NAME, "two")
        assert (store.read([NAME])[NAME].value, store.others(NAME)) == ("one", ("two",))
        put(NAME, "two")
        assert (store.read([NAME])[NAME].value, store.others(NAME)) == ("two", ("one",))

    def test_no_text_of_a_secret_shows_its_value(self, store: SecretStore, put: Callable[[str, str], None]) -> None:
        put(NAME, "hush-hush")
        assert "hush-hush" not in repr(store.read([NAME]))

    def test_a_store_that_does_not_answer_is_unavailable(self, away: SecretStore) -> None:
        with pytest.raises(Unavailable):
            away.read([NAME])
