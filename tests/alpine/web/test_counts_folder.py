"""The folder of the workers' counts: a full disk does not silence the metrics, a killed server leaves none behind."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from pathlib import Path

from alpine_core.adapters.count_folder import CountFolder, counts_folder
from alpine_web.shared_counts import SharedCounts
from tests.alpine.web.parts import Rig, asked

HOLDS = (
    "import pathlib, signal, sys; from alpine_core.adapters.count_folder import counts_folder\n"
    "with counts_folder(pathlib.Path(sys.argv[1])) as folder:\n"
    "    (folder / '1.json').write_text('{}')\n"
    "    print(folder, flush=True)\n"
    "    signal.pause()"
)


async def test_metrics_are_told_where_counts_cannot_be_written(rig: Rig, tmp_path: Path) -> None:
    services = dataclasses.replace(rig.services, counts=SharedCounts(CountFolder(tmp_path, 1)))
    (tmp_path / "1.part").mkdir()  # as a full disk: nothing can be written there
    services.metrics.count_alarms("split_view")
    async with asked(dataclasses.replace(rig, services=services)) as client:
        answer = await client.get("/metrics")
    assert answer.status_code == 200
    assert 'alpine_alarms_total{kind="split_view"} 1.0' in answer.text.splitlines()


def test_what_a_killed_server_left_goes_and_what_a_living_one_uses_stays(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", HOLDS, str(tmp_path)], stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        theirs = Path(server.stdout.readline().strip())
        with counts_folder(tmp_path) as ours:
            assert sorted(tmp_path.iterdir()) == sorted((ours, theirs))
        server.kill()
    assert list(tmp_path.iterdir()) == [theirs]
    with counts_folder(tmp_path) as ours:
        assert list(tmp_path.iterdir()) == [ours]
    assert list(tmp_path.iterdir()) == []
