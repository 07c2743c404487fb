"""Policies as text, and what they ask for."""

from __future__ import annotations

import pytest

from alpine_core.errors import NotProven, OperatorError
from alpine_core.verify.policy_text import read_policy, write_policy
from tests.alpine.core.vectors import vectors
from tests.alpine.core.verify.trust import KEYS

LOG, SECOND_LOG = KEYS["log"]["vkey"], KEYS["log2"]["vkey"]
WITNESS, THIRD, MIRROR = (KEYS[name]["vkey"] for name in ("witness", "third", "mirror"))
NOTES = {case["id"]: case["note"] for case in vectors("notes")["valid"]}

GROUPED = f"""log {LOG}
log {SECOND_LOG}
witness ours {WITNESS}
witness third {THIRD}
witness copy {MIRROR}
group both 2 ours third
group either 1 both copy
quorum either
"""


def test_a_policy_and_its_text_are_a_pair() -> None:
    assert write_policy(read_policy(GROUPED)) == GROUPED


def test_white_space_comments_addresses_and_words_for_numbers_are_understood() -> None:
    text = f"""
      # who may cosign
    \tlog   {LOG} https://log.example/
    witness ours {WITNESS} https://witness.example/
    witness third {THIRD}
    group two all ours third
    group one any two
    quorum one"""

    assert write_policy(read_policy(text)) == (
        f"log {LOG}\nwitness ours {WITNESS}\nwitness third {THIRD}\ngroup two 2 ours third\ngroup one 1 two\n"
        "quorum one\n"
    )


def test_a_group_within_a_group_counts_once_it_is_met() -> None:
    grouped = read_policy(GROUPED)

    assert grouped.open_checkpoint(NOTES["log+2-witnesses"]).size == 12
    with pytest.raises(NotProven) as refused:
        grouped.open_checkpoint(NOTES["witness-first"])
    assert refused.value.code == "quorum_not_met"


def test_a_witness_opens_a_note_without_waiting_for_others() -> None:
    assert read_policy(GROUPED).open_signed(NOTES["log-only"]).cosignatures == ()


def test_either_of_two_keys_of_a_log_signs_for_it_while_they_change() -> None:
    only_new = read_policy(f"log {SECOND_LOG}\nquorum none\n")

    assert only_new.open_checkpoint(NOTES["rotated-key-line-ignored"]).origin == "argo.example/signals"
    with pytest.raises(NotProven) as refused:
        only_new.open_checkpoint(NOTES["log-only"])
    assert refused.value.code == "bad_log_signature"


@pytest.mark.parametrize(
    "text",
    [
        f"log {LOG}\n",
        f"log {WITNESS}\nquorum none\n",
        f"witness a {LOG}\nquorum none\n",
        f"log {LOG}\nlog {LOG}\nquorum none\n",
        f"witness a {WITNESS}\nwitness b {WITNESS}\nquorum none\n",
        f"witness a {WITNESS}\nwitness a {THIRD}\nquorum none\n",
        f"witness none {WITNESS}\nquorum none\n",
        f"quorum a\nwitness a {WITNESS}\n",
        f"witness a {WITNESS}\ngroup g 2 a\nquorum g\n",
        f"witness a {WITNESS}\ngroup g 0 a\nquorum g\n",
        f"witness a {WITNESS}\ngroup g 01 a\nquorum g\n",
        f"witness a {WITNESS}\ngroup g 1 a a\nquorum g\n",
        f"witness a {WITNESS}\ngroup g 1 a\ngroup h 1 a\nquorum h\n",
        f"witness a {WITNESS}\ngroup g 1 b\nquorum g\n",
        f"witness a {WITNESS}\ngroup g all\nquorum g\n",
        "quorum none\nquorum none\n",
        "quorum none extra\n",
        "trust everyone\nquorum none\n",
        "log rubbish\nquorum none\n",
        "quorum none\r\n",
    ],
)
def test_a_policy_that_leaves_a_choice_is_refused(text: str) -> None:
    with pytest.raises(OperatorError):
        read_policy(text)
