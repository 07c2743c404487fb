"""What buckets of permits must do. Fixture: `buckets`, empty, of which hardly any time passes between two takes."""

from __future__ import annotations

import asyncio

from alpine_core.ports.rate_buckets import RateBuckets


class RateBucketsContract:
    async def test_a_bucket_gives_its_burst_and_then_says_how_long_to_wait(self, buckets: RateBuckets) -> None:
        given = [await buckets.take("ada", 1, 3) for _ in range(4)]
        assert [each.given for each in given] == [True, True, True, False]
        assert [each.left for each in given] == [2, 1, 0, 0]
        assert [each.wait_seconds for each in given[:3]] == [0, 0, 0]
        assert 50 < given[3].wait_seconds <= 60
        assert 170 < given[3].full_seconds <= 180

    async def test_names_do_not_share_a_bucket(self, buckets: RateBuckets) -> None:
        assert [(await buckets.take(name, 1, 1)).given for name in ("a", "b", "a")] == [True, True, False]

    async def test_takers_at_the_same_moment_share_what_there_is(self, buckets: RateBuckets) -> None:
        given = await asyncio.gather(*(buckets.take("ada", 1, 5) for _ in range(20)))
        assert sum(each.given for each in given) == 5

    async def test_permits_come_back(self, buckets: RateBuckets) -> None:
        given = 0
        for _ in range(50):
            given += (await buckets.take("ada", 60_000, 1)).given
            await asyncio.sleep(0.002)
        assert given > 1
