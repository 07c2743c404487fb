"""What an operator pins, as a policy."""

from __future__ import annotations

import pytest

from alpine_core.errors import OperatorError
from alpine_core.verify.note_key import read_vkey
from alpine_core.verify.pinned_policy import pinned_policy
from alpine_core.verify.policy_text import write_policy
from tests.alpine.core.verify.trust import KEYS

LOG, OWN, THIRD = (KEYS[name]["vkey"] for name in ("log", "witness", "third"))


def test_by_default_our_own_witness_has_to_cosign() -> None:
    assert write_policy(pinned_policy([LOG], read_vkey(OWN))) == (
        f"log {LOG}\nwitness alpine.example/witness {OWN}\nquorum alpine.example/witness\n"
    )


def test_with_others_so_many_of_all_have_to() -> None:
    assert write_policy(pinned_policy([LOG], read_vkey(OWN), [THIRD], 2)) == (
        f"log {LOG}\nwitness alpine.example/witness {OWN}\nwitness witness.third.example/w1 {THIRD}\n"
        "group enough 2 alpine.example/witness witness.third.example/w1\nquorum enough\n"
    )


@pytest.mark.parametrize(
    ("logs", "others", "quorum"),
    [(["x"], [], None), ([OWN], [], None), ([LOG, LOG], [], None), ([LOG], [OWN], None), ([LOG], [], 2)],
)
def test_what_cannot_be_pinned_is_refused_in_one_line(logs: list[str], others: list[str], quorum: int | None) -> None:
    with pytest.raises(OperatorError) as refused:
        pinned_policy(logs, read_vkey(OWN), others, quorum)
    assert "\n" not in str(refused.value)
