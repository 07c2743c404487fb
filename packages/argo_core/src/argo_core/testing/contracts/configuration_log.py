"""What every ConfigurationLog promises."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from argo_core.errors import DataError
from argo_core.model.configuration import Accepted, Cause
from argo_core.ports.configuration_log import ConfigurationLog
from argo_core.testing.sample_cycles import MOMENT

FILE = "/srv/argo/config.json"


def sample_accepted(number: int = 0, **changes: Any) -> Accepted:
    """Of `FILE`, so many minutes after `MOMENT`."""
    accepted = Accepted(
        file=FILE,
        accepted_at=MOMENT + timedelta(minutes=number),
        cause=Cause.CHANGE,
        by="ada",
        sha256=f"{number:064x}",
        changed=("signal_generation.min_confidence",),
        document=f'{{"signal_generation":{{"min_confidence":{60 + number}}}}}',
    )
    return msgspec.structs.replace(accepted, **changes)


class ConfigurationLogContract:
    """Subclass it, and give a fixture `log` that is empty."""

    async def test_nothing_was_accepted_yet(self, log: ConfigurationLog) -> None:
        assert (await log.history(FILE, 10)).items == ()
        assert await log.entry(1) is None

    async def test_what_is_appended_gets_the_next_number_and_is_read_back_whole(self, log: ConfigurationLog) -> None:
        first = await log.append(sample_accepted(1, cause=Cause.START, changed=()))
        second = await log.append(sample_accepted(2))
        assert (first.number, second.number) == (1, 2)
        assert [await log.entry(1), await log.entry(2)] == [first, second]
        assert first == msgspec.structs.replace(sample_accepted(1, cause=Cause.START, changed=()), number=1)

    async def test_the_history_is_of_one_file_newest_first_in_pages_without_a_gap(self, log: ConfigurationLog) -> None:
        kept = [await log.append(sample_accepted(number)) for number in range(4)]
        await log.append(sample_accepted(4, file="/srv/argo/other.json"))
        kept.append(await log.append(sample_accepted(5)))
        first = await log.history(FILE, 2)
        second = await log.history(FILE, 2, first.next_before)
        third = await log.history(FILE, 2, second.next_before)
        assert [*first.items, *second.items, *third.items] == kept[::-1]
        assert third.next_before is None

    @pytest.mark.parametrize("limit", [0, 501])
    async def test_a_page_has_one_to_five_hundred_rows(self, log: ConfigurationLog, limit: int) -> None:
        with pytest.raises(DataError, match="ask for 1 to 500"):
            await log.history(FILE, limit)
