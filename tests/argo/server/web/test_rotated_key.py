"""The key that generator and executors share is rotated while both run: whoever is first, nobody is refused."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from argo_core.pipeline.keep_secrets import SecretKeeper
from argo_core.testing.fixed_clock import FixedClock
from argo_core.testing.memory_secrets import MemorySecrets
from argo_core.testing.sample_cycles import MOMENT
from argo_server.settings.secret_section import NAMES
from argo_server.web.executor_app import create_executor_app
from argo_server.web.machine_key import STATUS
from tests.argo.server.executors import KEY
from tests.argo.server.web.executor_parts import running_executor, same_loop_client

NAME, NEW = NAMES["ARGO_DISTRIBUTION_KEY"], "b" * 64


async def test_the_new_key_is_taken_at_its_first_use_and_the_old_one_beside_it(tmp_path: Path) -> None:
    store = MemorySecrets()
    store.put(NAME, KEY, MOMENT)
    async with running_executor(tmp_path) as executor:
        services = dataclasses.replace(executor.services, secrets=SecretKeeper(store, {NAME: KEY}, FixedClock(MOMENT)))
        async with same_loop_client(create_executor_app(services, 5.0), 8000) as client:
            store.put(NAME, NEW, MOMENT)
            tried = [await client.get(STATUS, headers={"X-API-Key": key}) for key in (NEW, KEY, "c" * 64)]
    assert [answer.status_code for answer in tried] == [200, 200, 401]
