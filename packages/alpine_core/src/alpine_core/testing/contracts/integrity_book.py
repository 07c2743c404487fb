"""What every IntegrityBook and IntegrityShelf over one storage promise."""

from __future__ import annotations

from datetime import datetime, timedelta

from alpine_core.model.integrity_check import FULL, REPLAY, SAMPLE, CheckEnd, CheckStanding, StandingFinding
from alpine_core.ports.integrity_book import WholeIntegrityBook
from alpine_core.testing.samples import MOMENT


def after(hours: float) -> datetime:
    """So long after the samples' moment."""
    return MOMENT + timedelta(hours=hours)


def finding(
    subject: str, kind: str = FULL, hours: float = 0.0, words: str = "seal: it does not hold"
) -> StandingFinding:
    """A finding of that hour."""
    return StandingFinding(subject=subject, words=words, kind=kind, found_at=after(hours))


def ended(*found: StandingFinding, kind: str = FULL, hours: float = 0.0, looked_at: str = "") -> CheckEnd:
    """A check that ended in that hour, and looked at these rows if it is a sample."""
    names = frozenset(looked_at.split())
    return CheckEnd(
        kind=kind, finished_at=after(hours), checked=9, failed=len(found), found=tuple(found), looked_at=names
    )


class IntegrityBookContract:
    """Subclass it, and give the fixture `book`, empty."""

    async def test_a_check_is_expected_begins_and_ends(self, book: WholeIntegrityBook) -> None:
        assert await book.checks() == ()
        for hours in (0, 1):
            await book.expect(FULL, after(hours))
        assert await book.checks() == (CheckStanding(kind=FULL, since=MOMENT),)
        await book.begin(FULL, after(2))
        assert await book.checks() == (CheckStanding(kind=FULL, since=MOMENT, began_at=after(2)),)
        await book.end(ended(finding("SIG-1", hours=3), hours=3))
        await book.end(ended(kind=SAMPLE, hours=4))
        await book.begin(SAMPLE, after(5))
        full = CheckStanding(kind=FULL, since=MOMENT, began_at=after(2), finished_at=after(3), checked=9, failed=1)
        sample = CheckStanding(kind=SAMPLE, since=after(4), began_at=after(5), finished_at=after(4), checked=9)
        assert await book.checks() == (full, sample)

    async def test_what_every_check_finds_stands_since_the_first(self, book: WholeIntegrityBook) -> None:
        for hours in (0, 24, 48):
            other = finding("SIG-2", hours=hours, words="body: it does not verify")
            await book.end(ended(finding("SIG-1", hours=hours), other, hours=hours))
        assert await book.standing(9) == (finding("SIG-1"), finding("SIG-2", words="body: it does not verify"))
        assert await book.standing(1) == (finding("SIG-1"),)

    async def test_what_a_full_check_finds_no_longer_is_over_and_may_begin_again(
        self, book: WholeIntegrityBook
    ) -> None:
        await book.end(ended(finding("SIG-1"), finding("SIG-2")))
        await book.end(ended(finding("SIG-2", hours=24), hours=24))
        assert await book.standing(9) == (finding("SIG-2"),)
        await book.end(ended(finding("SIG-1", hours=48), finding("SIG-2", hours=48), hours=48))
        assert await book.standing(9) == (finding("SIG-2"), finding("SIG-1", hours=48))

    async def test_a_sample_ends_what_samples_found_in_the_rows_that_it_looked_at(
        self, book: WholeIntegrityBook
    ) -> None:
        await book.end(ended(finding("SIG-1")))
        for name in ("SIG-2", "SIG-3"):
            await book.end(ended(finding(name, SAMPLE, 1), kind=SAMPLE, hours=1, looked_at=name))
        await book.end(ended(kind=SAMPLE, hours=2, looked_at="SIG-1 SIG-2"))
        assert await book.standing(9) == (finding("SIG-1"), finding("SIG-3", SAMPLE, 1))

    async def test_what_a_full_check_found_too_only_a_full_check_ends(self, book: WholeIntegrityBook) -> None:
        await book.end(ended(finding("SIG-1", SAMPLE), kind=SAMPLE, looked_at="SIG-1"))
        await book.end(ended(finding("SIG-1", hours=1), hours=1))
        await book.end(ended(kind=SAMPLE, hours=2, looked_at="SIG-1"))
        assert await book.standing(9) == (finding("SIG-1"),)
        await book.end(ended(hours=3))
        assert await book.standing(9) == ()

    async def test_what_was_added_stands_until_a_full_check_says_otherwise(self, book: WholeIntegrityBook) -> None:
        for hours in (0, 1):
            await book.add([finding("log entry 1", REPLAY, hours)])
        await book.end(ended(kind=SAMPLE, looked_at="SIG-1"))
        assert await book.standing(9) == (finding("log entry 1", REPLAY),)
        assert [one.kind for one in await book.checks()] == [SAMPLE]
        await book.end(ended())
        assert await book.standing(9) == ()
