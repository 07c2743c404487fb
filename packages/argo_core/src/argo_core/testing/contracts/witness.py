"""What every witness client must do. Fixture: `witness`, fresh, that knows the sample log and its key."""

from __future__ import annotations

from datetime import timedelta

from argo_core.errors import Disputed
from argo_core.ledger import SigningKey
from argo_core.ledger.batch import Draft, draft
from argo_core.ledger.note import parse_signature_line
from argo_core.model.ledger import LogHead
from argo_core.ports.witness import Witness
from argo_core.testing.sample_cycles import MOMENT
from argo_core.testing.sample_ledger import KEY, ORIGIN


def sample_draft(head: LogHead, count: int, *, key: SigningKey = KEY, word: str = "tally") -> Draft:
    """`count` entries behind `head`."""
    texts = [f'{{"at":"{head.size + place:06}","kind":"{word}","v":1}}'.encode() for place in range(count)]
    return draft(head, texts, key.name, [key], MOMENT + timedelta(seconds=head.size))


class WitnessContract:
    async def test_what_continues_the_log_is_cosigned(self, witness: Witness) -> None:
        first = sample_draft(LogHead(), 3)
        second = sample_draft(first.batch.head, 4)
        assert await witness.newest(ORIGIN) is None
        for made, old in ((first, 0), (second, 3), (second, 7)):
            proof = made.growth.consistency() if old < 7 else ()
            answer = await witness.submit(old, proof, made.batch.note, made.batch.head.size)
            assert answer.size == made.batch.head.size
            assert [parse_signature_line(line.removesuffix("\n")).line for line in answer.lines] == list(answer.lines)
            assert len(answer.lines) == 1
        seen = await witness.newest(ORIGIN)
        assert seen is not None
        assert seen.startswith(second.batch.note)

    async def test_a_wrong_beginning_is_answered_by_where_it_stands(self, witness: Witness) -> None:
        first = sample_draft(LogHead(), 3)
        await witness.submit(0, (), first.batch.note, 3)
        second = sample_draft(first.batch.head, 4)
        answer = await witness.submit(0, (), second.batch.note, 7)
        assert (answer.size, answer.lines) == (3, ())

    async def test_another_history_is_disputed(self, witness: Witness) -> None:
        first = sample_draft(LogHead(), 3)
        await witness.submit(0, (), first.batch.note, 3)
        fork = sample_draft(LogHead(), 3, word="policy")
        await self._disputed(witness, 3, fork, "split_view")

    async def test_an_unknown_key_is_disputed(self, witness: Witness) -> None:
        other = SigningKey(ORIGIN, bytes(32))
        await self._disputed(witness, 0, sample_draft(LogHead(), 1, key=other), "bad_log_signature")

    async def test_an_unknown_log_is_disputed_or_unseen(self, witness: Witness) -> None:
        assert await witness.newest("elsewhere.example/log") is None

    async def _disputed(self, witness: Witness, old: int, made: Draft, code: str) -> None:
        try:
            await witness.submit(old, (), made.batch.note, made.batch.head.size)
        except Disputed as error:
            assert error.code == code
        else:
            raise AssertionError(f"a witness cosigned what it must dispute as {code}")
