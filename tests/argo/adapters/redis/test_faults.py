"""Redis may die, hang, come back empty or never have been there: a cache is lost, and nothing else happens."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Callable
from typing import cast

import msgspec
import pytest
from redis.asyncio import Redis

from argo_core.adapters.redis import RedisBudget, RedisByteCache, RedisLine, open_redis
from argo_core.adapters.redis.shared_budget import BudgetPolicy
from argo_core.adapters.system_clock import SystemClock
from argo_core.adapters.vendor_path import LayeredCache, MemoryCache, VendorPath
from argo_core.errors import ConfigError, SourceError
from tests.argo.adapters.redis.conftest import PATIENT
from tests.argo.adapters.redis.redis_server import RedisServer
from tests.ports import free_port

_numbers = itertools.count()


class Price(msgspec.Struct, frozen=True):
    symbol: str
    price: float


def budget_on(line: RedisLine, policy: BudgetPolicy, name: str = "v", prefix: str = "b:") -> RedisBudget:
    return RedisBudget(name, line, policy, ticks=time.monotonic, new_id=lambda: f"call{next(_numbers)}", prefix=prefix)


def path_on(line: RedisLine, rate_per_second: float = 5000.0) -> VendorPath:
    clock = SystemClock()
    return VendorPath(
        "v",
        cache=LayeredCache(MemoryCache(clock, time.monotonic), RedisByteCache(line, clock), clock),
        budget=budget_on(line, BudgetPolicy(rate_per_second=rate_per_second, burst=200)),
        clock=clock,
        ticks=time.monotonic,
        jitter=lambda: 0.5,
    )


class Load:
    """Workers that ask without a pause; each answer is checked and timed."""

    def __init__(self, path: VendorPath) -> None:
        self._path, self.answers, self.slowest_seconds, self._ended = path, 0, 0.0, False

    async def work(self, worker: int) -> None:
        for number in itertools.count():
            if self._ended:
                return
            wanted = Price(f"S{number % 50}", float(number % 50 + 1))

            async def fetch(wanted: Price = wanted) -> Price:
                await asyncio.sleep(0.001)
                return wanted

            began = time.monotonic()
            fetched = await self._path.call(f"last:{wanted.symbol}", Price, fetch, ttl_seconds=0.02)
            assert fetched.value == wanted
            self.slowest_seconds = max(self.slowest_seconds, time.monotonic() - began)
            self.answers += 1

    async def more(self, count: int) -> None:
        """Until so many more answers have come."""
        goal = self.answers + count
        await until(lambda: self.answers >= goal)

    def end(self) -> None:
        self._ended = True


async def until(reached: Callable[[], bool], seconds: float = 20.0) -> None:
    async with asyncio.timeout(seconds):
        while not reached():
            await asyncio.sleep(0.005)


async def test_a_redis_killed_and_started_again_under_load_is_a_non_event(
    own_server: RedisServer, own_line: RedisLine, said: list[str]
) -> None:
    path = path_on(own_line)
    load = Load(path)
    workers = [asyncio.create_task(load.work(number)) for number in range(20)]
    await load.more(300)
    assert said == []
    own_server.kill()
    await load.more(500)
    await until(lambda: own_line.gone)
    assert len(said) == 1
    await asyncio.to_thread(own_server.start)
    await until(lambda: not own_line.gone)
    await load.more(300)
    load.end()
    await asyncio.gather(*workers)  # raises whatever a worker has seen
    assert said == [
        f"Redis at 127.0.0.1:{own_server.port} does not answer (ConnectionError): "
        "this process goes on alone until it is back",
        f"Redis at 127.0.0.1:{own_server.port} is back",
    ]
    assert path.statistics().errors == {}
    assert load.slowest_seconds < 3.0


async def test_killed_five_times_it_is_five_non_events(
    own_server: RedisServer, own_line: RedisLine, said: list[str]
) -> None:
    load = Load(path_on(own_line))
    workers = [asyncio.create_task(load.work(number)) for number in range(5)]
    for _ in range(5):
        await load.more(50)
        own_server.kill()
        await until(lambda: own_line.gone)
        await asyncio.to_thread(own_server.start)
        await until(lambda: not own_line.gone)
    load.end()
    await asyncio.gather(*workers)
    assert len(said) == 10


async def test_a_redis_that_hangs_costs_one_short_wait_and_not_one_per_call(
    own_server: RedisServer, said: list[str]
) -> None:
    now = 0.0
    async with open_redis(own_server.url, ticks=lambda: now, say=said.append, retry_seconds=60.0) as line:
        path = path_on(line)
        await answered(path, "before")
        while line.gone:  # it was late, and hangs not yet
            now += 60.0
            await line.tried()
        said.clear()
        own_server.pause()
        try:
            began = time.monotonic()
            for number in range(20):
                await answered(path, f"k{number}")
            assert time.monotonic() - began < 3.0
        finally:
            own_server.resume()
    assert len(said) == 1


async def test_a_redis_that_was_never_there_is_said_once(said: list[str]) -> None:
    port = free_port()
    url = f"redis://user:hunter2hunter2@127.0.0.1:{port}/0"
    async with open_redis(url, ticks=time.monotonic, say=said.append, retry_seconds=0.0) as line:
        path = path_on(line)
        for number in range(30):
            await answered(path, f"k{number}")
        assert path.statistics().errors == {}
    assert len(said) == 1
    assert "hunter2" not in said[0]


async def answered(path: VendorPath, key: str) -> None:
    async def fetch() -> Price:
        return Price(key, 1.0)

    assert (await path.call(key, Price, fetch, ttl_seconds=60.0)).value == Price(key, 1.0)


@pytest.mark.parametrize("url", ["hunter2hunter2", "http://hunter2hunter2:1", "redis://h:hunter2hunter2port/0"])
async def test_an_address_that_is_none_is_refused_without_repeating_it(url: str, said: list[str]) -> None:
    with pytest.raises(ConfigError) as caught:
        async with open_redis(url, ticks=time.monotonic, say=said.append):
            pass
    assert "hunter2" not in f"{caught.value}{caught.value.__cause__}{caught.value.__context__}"


async def test_a_second_process_finds_what_the_first_has_fetched(line: RedisLine, prefix: str) -> None:
    clock = SystemClock()
    first = LayeredCache(MemoryCache(clock, time.monotonic), RedisByteCache(line, clock, prefix), clock)
    second = LayeredCache(MemoryCache(clock, time.monotonic), RedisByteCache(line, clock, prefix), clock)
    await first.put("a", b"1", 60.0)
    assert await second.get("a") == await first.get("a")
    assert await second.get("a") is not None


@pytest.mark.parametrize("body", [b"", b"garbage", b"\xc1", msgspec.msgpack.encode([1, 2])])
async def test_bytes_of_somebody_else_are_nothing(own_line: RedisLine, said: list[str], body: bytes) -> None:
    cache = RedisByteCache(own_line, SystemClock(), "c:")
    await own_line.ask(lambda client: client.set("c:a", body, ex=60))
    assert await cache.get("a") is None
    assert said == []


async def test_what_never_expires_is_not_ours(own_line: RedisLine) -> None:
    cache = RedisByteCache(own_line, SystemClock(), "c:")
    await cache.put("a", b"1", 60.0)
    await own_line.ask(lambda client: client.persist("c:a"))
    assert await cache.get("a") is None


async def test_two_generators_together_get_one_vendors_rate(line: RedisLine, prefix: str) -> None:
    policy = BudgetPolicy(rate_per_second=40.0, burst=4, generators=2)
    first, second = budget_on(line, policy, prefix=prefix), budget_on(line, policy, prefix=prefix)
    began = time.monotonic()
    await asyncio.gather(*(budget.take(10.0) for _ in range(12) for budget in (first, second)))
    # 24 calls less a burst of 4 (2 of them where the bucket is new and half of it is this process's share).
    assert time.monotonic() - began >= 20 / 40 - 0.01


async def test_turns_go_by_the_order_of_asking_over_both_generators(line: RedisLine, prefix: str) -> None:
    policy = BudgetPolicy(rate_per_second=10.0, burst=1, generators=2)
    budgets = [budget_on(line, policy, prefix=prefix) for _ in range(2)]
    served: list[int] = []

    async def call(number: int) -> None:
        await budgets[number % 2].take(10.0)
        served.append(number)

    calls = []
    for number in range(6):
        full_at = await bucket_on(line, prefix)
        calls.append(asyncio.create_task(call(number)))
        async with asyncio.timeout(10.0):
            while await bucket_on(line, prefix) == full_at:  # until the turn is given: that is the order of asking
                await asyncio.sleep(0.002)
    await asyncio.gather(*calls)
    assert served == list(range(6))


async def bucket_on(line: RedisLine, prefix: str) -> bytes | str | None:
    """When the shared bucket is full again, as it stands in Redis."""
    return await line.ask(lambda client: client.hget(f"{prefix}{{v}}:bucket", "tat"))


async def test_a_hold_by_one_generator_binds_the_other(line: RedisLine, prefix: str) -> None:
    policy = BudgetPolicy(rate_per_second=1000.0, burst=10, generators=2)
    first, second = budget_on(line, policy, prefix=prefix), budget_on(line, policy, prefix=prefix)
    await first.hold(30.0)
    with pytest.raises(SourceError) as caught:
        await second.take(5.0)
    assert caught.value.retry_after == pytest.approx(30.0, abs=1.0)


async def test_a_quota_is_shared_and_what_is_left_is_known(line: RedisLine, prefix: str) -> None:
    policy = BudgetPolicy(rate_per_second=1000.0, burst=100, daily_quota=5, generators=2)
    first, second = budget_on(line, policy, prefix=prefix), budget_on(line, policy, prefix=prefix)
    for budget in (first, second, first):
        await budget.take(1.0)
    assert (first.quota_left, second.quota_left) == (2, 3)
    await second.take(1.0)
    await second.take(1.0)
    with pytest.raises(SourceError):
        await first.take(1.0)


async def test_alone_a_generator_takes_its_share_and_no_more(own_server: RedisServer, own_line: RedisLine) -> None:
    own_server.kill()
    budget = budget_on(own_line, BudgetPolicy(rate_per_second=0.01, burst=10, daily_quota=8, generators=2))
    for _ in range(4):
        await budget.take(0.0)
    assert budget.quota_left == 0
    with pytest.raises(SourceError):
        await budget.take(1.0)
    other = budget_on(own_line, BudgetPolicy(rate_per_second=0.01, burst=10, generators=2))
    for _ in range(5):
        await other.take(0.0)
    with pytest.raises(SourceError):
        await other.take(1.0)


async def test_no_second_burst_when_redis_dies_nor_when_it_comes_back_empty(
    own_server: RedisServer, own_line: RedisLine
) -> None:
    budget = budget_on(own_line, BudgetPolicy(rate_per_second=0.01, burst=5, daily_quota=25))
    for _ in range(5):
        await budget.take(0.0)
    assert budget.quota_left == 20
    own_server.kill()
    with pytest.raises(SourceError):
        await budget.take(1.0)
    await asyncio.to_thread(own_server.start)
    await back(own_line)
    with pytest.raises(SourceError):
        await budget.take(1.0)
    assert budget.quota_left == 20


async def test_an_empty_redis_is_filled_with_what_any_generator_knows_of_the_day(
    own_server: RedisServer, own_line: RedisLine
) -> None:
    policy = BudgetPolicy(rate_per_second=1000.0, burst=100, daily_quota=25, generators=2)
    first, second = budget_on(own_line, policy), budget_on(own_line, policy)
    for budget in (second, second, second, *[first] * 17, second):
        await budget.take(0.0)
    own_server.kill()
    await asyncio.to_thread(own_server.start)
    await back(own_line)
    await second.take(0.0)
    assert second.quota_left == 3, "it has made 5 calls itself and heard of 17 of the other's"
    await first.take(0.0)
    assert first.quota_left == 2
    third = budget_on(own_line, policy)
    await third.recall([60.0] * 10)
    assert third.quota_left == 2, "what it knows of is there already"


async def test_calls_that_were_made_alone_are_reported_when_redis_is_back(
    own_server: RedisServer, own_line: RedisLine
) -> None:
    policy = BudgetPolicy(rate_per_second=1000.0, burst=100, daily_quota=25)
    first, second = budget_on(own_line, policy), budget_on(own_line, policy)
    await second.take(0.0)
    await first.take(0.0)
    own_server.pause()
    for _ in range(4):
        await first.take(2.0)
    own_server.resume()
    await back(own_line)
    await first.take(0.0)
    await second.take(0.0)
    assert second.quota_left == 25 - 8


async def test_what_is_left_is_known_before_the_first_call(line: RedisLine, prefix: str) -> None:
    policy = BudgetPolicy(rate_per_second=1000.0, burst=100, daily_quota=5)
    first, second = budget_on(line, policy, prefix=prefix), budget_on(line, policy, prefix=prefix)
    await first.take(1.0)
    assert second.quota_left is None
    await second.recall(())
    assert second.quota_left == 4


async def test_a_call_that_grows_old_in_redis_first_is_not_counted_anew(line: RedisLine, prefix: str) -> None:
    policy = BudgetPolicy(rate_per_second=1000.0, burst=100, daily_quota=5)
    budget = budget_on(line, policy, prefix=prefix)
    await budget.take(1.0)
    await budget.take(1.0)

    async def age(client: Redis) -> None:
        day = f"{prefix}{{v}}:day"
        (oldest,) = cast("list[bytes]", await client.zrange(day, 0, 0))
        await client.zincrby(day, -86_400.0, oldest)

    await line.ask(age)
    await budget.take(1.0)
    assert budget.quota_left == 3


async def test_redis_is_called_healthy_only_where_it_has_answered(own_server: RedisServer, said: list[str]) -> None:
    own_server.kill()
    async with open_redis(
        own_server.url, ticks=time.monotonic, say=said.append, answer_seconds=PATIENT, retry_seconds=0.0
    ) as line:
        assert (line.standing, len(said)) == ("unhealthy", 1)
        await asyncio.to_thread(own_server.start)
        await line.tried()
        assert (line.standing, len(said)) == ("healthy", 2)
    client = Redis.from_url(own_server.url)
    assert RedisLine(client, "x", ticks=time.monotonic, say=said.append).standing == "unknown"
    await client.aclose()


async def test_a_hold_outlives_the_redis_that_it_was_told(own_server: RedisServer, own_line: RedisLine) -> None:
    budget = budget_on(own_line, BudgetPolicy(rate_per_second=1000.0, burst=50))
    await budget.take(0.0)
    await budget.hold(300.0)
    own_server.kill()
    with pytest.raises(SourceError):
        await budget.take(1.0)
    await asyncio.to_thread(own_server.start)
    await back(own_line)
    with pytest.raises(SourceError) as caught:
        await budget.take(1.0)
    assert caught.value.retry_after == pytest.approx(300.0, abs=20.0)


async def back(line: RedisLine) -> None:
    """Until the line has found its server again."""
    probe = RedisByteCache(line, SystemClock(), "probe:")
    async with asyncio.timeout(10.0):
        while True:
            await probe.get("a")
            if not line.gone:
                return
            await asyncio.sleep(0.01)


async def test_who_waits_when_redis_dies_still_gets_its_turn(own_server: RedisServer, own_line: RedisLine) -> None:
    budget = budget_on(own_line, BudgetPolicy(rate_per_second=4.0, burst=1))
    await budget.take(0.0)
    waiting = asyncio.create_task(budget.take(5.0))
    await until(lambda: budget.queue_depth == 1)
    await own_line.ask(lambda client: client.ping())
    own_server.kill()
    assert 0.15 <= await waiting < 2.0


def test_a_budget_for_no_generator_is_refused(said: list[str]) -> None:
    class NoRedis:
        """Never asked."""

    line = RedisLine(NoRedis(), "nowhere", ticks=time.monotonic, say=said.append)  # type: ignore[arg-type]
    with pytest.raises(ConfigError):
        budget_on(line, BudgetPolicy(rate_per_second=1.0, burst=1, generators=0))
