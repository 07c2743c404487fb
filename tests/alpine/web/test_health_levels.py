"""`alpine health --level`: what is looked at from outside, against a real server."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from alpine_core.adapters.health_levels import examined
from alpine_web.web.lines import lines_of
from alpine_web.web.site import open_site
from alpine_web.wiring.health_checks import health_checks
from tests.alpine.web.parts import rig_of, served, settings_of

OURS = ("server", "every address over HTTP", "a signal all the way")


async def states(address: str, **changed: Any) -> dict[str, tuple[str, str]]:
    checks = health_checks(settings_of(key_folder=Path("nowhere"), **changed), address, lines_of(open_site()))
    cheap = [one for one in checks if one.name in (*OURS, "disk", "redis", "keys of witness and mirror", "pinned log")]
    return {one.check: (one.state, one.advice) for one in await examined(cheap, 3)}


async def test_a_running_server_passes_and_what_is_missing_is_named() -> None:
    rig = rig_of()
    rig.clock.moment = datetime.now(UTC)
    async with served(rig) as address:
        found = await states(address)
    assert {found[name][0] for name in OURS} == {"passed"}
    assert found["keys of witness and mirror"] == ("failed", "chmod 600 the key files")


async def test_without_a_server_each_of_its_checks_fails_and_says_what_to_do() -> None:
    found = await states("http://127.0.0.1:9")
    assert {found[name][0] for name in OURS} == {"failed"}
    assert found["server"][1] == "start it: alpine serve; docs/runbooks/service_down.md"


async def test_redis_is_asked_where_the_settings_name_one_and_only_there() -> None:
    assert (await states("http://127.0.0.1:9"))["redis"] == ("not set up", "")
    away = await states("http://127.0.0.1:9", redis_url="redis://127.0.0.1:9/0")
    assert away["redis"] == ("failed", "start Redis, or mend REDIS_URL")
