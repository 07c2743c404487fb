"""What every LabRuns with its LabReader promises."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any, Protocol

import msgspec
import pytest

from argo_core.errors import DataError
from argo_core.model.lab_run import CancelAsked, Claimed, Ended, LabQuery, LabRequest, LabRun, Progressed, RunState
from argo_core.ports import LabReader, LabRuns
from argo_core.testing.sample_cycles import MOMENT


class LabStore(LabRuns, LabReader, Protocol):
    """Both at once."""


def sample_request(run_id: str = "r1", key: str = "a" * 64, **changes: Any) -> LabRequest:
    """A request of `MOMENT`."""
    request = LabRequest(
        run_id=run_id, kind="profit", document=b'{"symbols":["AAPL"]}', content_key=key, requested_at=MOMENT
    )
    return msgspec.structs.replace(request, **changes)


def claim(run_id: str = "r1", attempt: int = 1, owner: str = "host:7") -> Claimed:
    """One second after the request, and one more for each further attempt."""
    return Claimed(run_id=run_id, attempt=attempt, owner=owner, at=MOMENT + timedelta(seconds=attempt))


def progress(done: int, run_id: str = "r1", attempt: int = 1) -> Progressed:
    """So many of 100, as many seconds after the request plus ten."""
    at = MOMENT + timedelta(seconds=10 + done)
    return Progressed(run_id=run_id, attempt=attempt, done=done, total=100, at=at)


def end(state: RunState = RunState.DONE, run_id: str = "r1", attempt: int = 1, **changes: Any) -> Ended:
    """Five minutes after the request."""
    ended = Ended(run_id=run_id, attempt=attempt, state=state, at=MOMENT + timedelta(minutes=5))
    if state is RunState.DONE:
        ended = msgspec.structs.replace(ended, summary=b'{"a":1}', result=b'{"b":"\x7f"}')
    return msgspec.structs.replace(ended, **changes)


class LabRunsContract:
    """Subclass it, and give a fixture `lab` that is empty."""

    async def test_what_nobody_asked_for_is_not_there(self, lab: LabStore) -> None:
        assert (await lab.run("r1"), await lab.result("r1")) == (None, None)
        assert (await lab.runs(LabQuery())).items == ()

    async def test_a_request_is_read_back_as_it_was_asked(self, lab: LabStore) -> None:
        asked = await lab.ask(sample_request())
        assert (asked.earlier, asked.run) == (False, LabRun(request=sample_request()))
        assert await lab.run("r1") == asked.run

    async def test_the_whole_life_of_a_run(self, lab: LabStore) -> None:
        await lab.ask(sample_request())
        await lab.note(claim())
        await lab.note(progress(40))
        running = await lab.note(progress(60))
        assert (running.state, running.owner, running.done, running.total) == (RunState.RUNNING, "host:7", 60, 100)
        assert await lab.run("r1") == running
        done = await lab.note(end())
        assert (done.state, done.summary, done.error, done.done) == (RunState.DONE, b'{"a":1}', None, 60)
        assert await lab.run("r1") == done
        assert await lab.result("r1") == b'{"b":"\x7f"}'

    async def test_an_equal_request_is_answered_by_the_run_under_way_and_by_the_one_that_is_done(
        self, lab: LabStore
    ) -> None:
        await lab.ask(sample_request())
        again = await lab.ask(sample_request("r2"))
        assert (again.earlier, again.run.run_id) == (True, "r1")
        await lab.note(claim())
        await lab.note(end())
        again = await lab.ask(sample_request("r3"))
        assert (again.earlier, again.run.run_id, again.run.state) == (True, "r1", RunState.DONE)
        assert [run.run_id for run in (await lab.runs(LabQuery())).items] == ["r1"]

    @pytest.mark.parametrize("state", [RunState.FAILED, RunState.CANCELLED])
    async def test_a_run_without_a_result_answers_no_other_request(self, lab: LabStore, state: RunState) -> None:
        await lab.ask(sample_request())
        await lab.note(end(state, attempt=0))
        assert not (await lab.ask(sample_request("r2"))).earlier
        assert await lab.result("r1") is None

    async def test_a_run_that_is_being_cancelled_answers_no_other_request(self, lab: LabStore) -> None:
        await lab.ask(sample_request())
        await lab.note(claim())
        await lab.note(CancelAsked(run_id="r1", at=MOMENT))
        assert (await lab.ask(sample_request("r2"))).run.run_id == "r2"

    async def test_a_run_that_is_being_cancelled_is_never_done(self, lab: LabStore) -> None:
        await lab.ask(sample_request())
        await lab.note(claim())
        cancelling = await lab.note(CancelAsked(run_id="r1", at=MOMENT))
        assert await lab.note(end()) == cancelling
        assert await lab.result("r1") is None
        assert (await lab.note(end(RunState.CANCELLED))).state is RunState.CANCELLED

    async def test_an_attempt_is_taken_once_whoever_comes_first(self, lab: LabStore) -> None:
        await lab.ask(sample_request())
        seen = await asyncio.gather(*(lab.note(claim(owner=f"host:{pid}")) for pid in range(4)))
        assert len({run.owner for run in seen}) == 1
        assert {run.attempts for run in seen} == {1}

    async def test_of_requests_at_one_time_one_run_is_made(self, lab: LabStore) -> None:
        asked = await asyncio.gather(*(lab.ask(sample_request(f"r{number}")) for number in range(4)))
        assert sum(not one.earlier for one in asked) == 1
        assert len({one.run.run_id for one in asked}) == 1

    async def test_a_process_that_was_replaced_has_no_say(self, lab: LabStore) -> None:
        await lab.ask(sample_request())
        await lab.note(claim())
        await lab.note(claim(attempt=2, owner="host:8"))
        assert (await lab.note(progress(99))).done == 0
        assert (await lab.note(end())).state is RunState.RUNNING
        assert await lab.result("r1") is None
        done = await lab.note(end(attempt=2, result=b"2"))
        assert (done.state, await lab.result("r1")) == (RunState.DONE, b"2")

    async def test_a_run_ends_once(self, lab: LabStore) -> None:
        await lab.ask(sample_request())
        await lab.note(claim())
        first = await lab.note(end())
        assert await lab.note(end(RunState.FAILED, error="late")) == first
        assert await lab.note(claim(attempt=2)) == first
        assert await lab.note(CancelAsked(run_id="r1", at=MOMENT)) == first
        assert await lab.result("r1") == b'{"b":"\x7f"}'

    async def test_a_failure_keeps_its_sentence(self, lab: LabStore) -> None:
        await lab.ask(sample_request())
        await lab.note(claim())
        failed = await lab.note(end(RunState.FAILED, error="no history of XXX: choose from AAPL"))
        assert (failed.state, failed.error) == (RunState.FAILED, "no history of XXX: choose from AAPL")
        assert await lab.run("r1") == failed

    async def test_what_happens_to_an_unknown_run_is_refused(self, lab: LabStore) -> None:
        with pytest.raises(DataError) as refusal:
            await lab.note(claim())
        assert refusal.value.code == "unknown_run"

    async def test_pages_are_newest_first_and_the_open_ones_can_be_asked_for(self, lab: LabStore) -> None:
        for number in range(5):
            await lab.ask(sample_request(f"r{number}", key=f"{number}" * 64))
        await lab.note(end(RunState.CANCELLED, "r3", attempt=0))
        first = await lab.runs(LabQuery(limit=2))
        assert [run.run_id for run in first.items] == ["r4", "r3"]
        second = await lab.runs(LabQuery(limit=3, before=first.next_before))
        assert ([run.run_id for run in second.items], second.next_before) == (["r2", "r1", "r0"], None)
        still_open = await lab.runs(LabQuery(open_only=True))
        assert [run.run_id for run in still_open.items] == ["r4", "r2", "r1", "r0"]
