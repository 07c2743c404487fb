"""The log as lines in files: caught up after a crash, rotated, and never rewritten."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from argo_core.adapters.entry_files import EntryFiles
from argo_core.errors import StoreError
from argo_core.testing.memory_ledger import MemoryLedger
from argo_core.testing.memory_log import MemoryLog
from argo_core.testing.sample_cycles import MOMENT, published_cycle
from argo_core.testing.sample_ledger import append_sealed, sample_ledger

SMALL = 700


class Written:
    """A log that grows by three signals a time."""

    def __init__(self) -> None:
        self.kept = MemoryLedger()
        self.log, self.ledger = MemoryLog(self.kept), sample_ledger(self.kept)
        self.cycles = 0

    async def grow(self) -> None:
        self.cycles += 1
        record = published_cycle(f"c{self.cycles}", ["AAPL", "NVDA", "TSLA"])
        await append_sealed(self.ledger, self.log, record, MOMENT + timedelta(seconds=self.cycles))


@pytest.fixture(name="written")
def log_to_write() -> Written:
    return Written()


def lines(folder: Path) -> list[bytes]:
    """All lines of all files, in order."""
    return [line for path in sorted(folder.glob("*.jsonl")) for line in path.read_bytes().splitlines()]


def contents(folder: Path) -> dict[Path, bytes]:
    """The files of lines, in order."""
    return {path: path.read_bytes() for path in sorted(folder.glob("*.jsonl"))}


async def test_the_lines_are_the_entries(written: Written, tmp_path: Path) -> None:
    await written.grow()
    files = EntryFiles(tmp_path / "logs")
    assert await files.catch_up(written.kept) == 5
    await written.grow()
    assert await files.catch_up(written.kept) == 8
    assert tuple(lines(tmp_path / "logs")) == await written.kept.entries(0, 100)
    note = await written.kept.checkpoint()
    assert note is not None
    assert (tmp_path / "logs" / "checkpoint").read_bytes() == note.note


async def test_a_file_that_is_full_is_followed_by_another_and_never_touched_again(
    written: Written, tmp_path: Path
) -> None:
    files = EntryFiles(tmp_path, SMALL)
    before: dict[Path, bytes] = {}
    for _ in range(5):
        await written.grow()
        await files.catch_up(written.kept)
        found = contents(tmp_path)
        for path, content in before.items():
            assert found[path].startswith(content)
        for path in sorted(before)[:-1]:
            assert found[path] == before[path]
        before = found
    assert len(before) > 3
    assert sorted(path.name for path in before)[0] == "000000000000.jsonl"
    assert tuple(lines(tmp_path)) == await written.kept.entries(0, 100)
    for path in before:
        assert (await EntryFiles(tmp_path).entries(int(path.stem), 1))[0] == path.read_bytes().splitlines()[0]


@pytest.mark.parametrize("torn", [1, 40])
async def test_a_line_that_a_crash_tore_is_written_again(written: Written, tmp_path: Path, torn: int) -> None:
    await written.grow()
    await EntryFiles(tmp_path).catch_up(written.kept)
    for path, content in contents(tmp_path).items():
        path.write_bytes(content[:-torn])
    assert await EntryFiles(tmp_path).catch_up(written.kept) == 5
    assert tuple(lines(tmp_path)) == await written.kept.entries(0, 100)


async def test_what_was_logged_while_no_file_was_written_is_caught_up(written: Written, tmp_path: Path) -> None:
    await written.grow()
    await EntryFiles(tmp_path).catch_up(written.kept)
    await written.grow()
    await written.grow()
    assert await EntryFiles(tmp_path).catch_up(written.kept) == 11
    assert tuple(lines(tmp_path)) == await written.kept.entries(0, 100)


async def test_files_that_hold_more_than_the_ledger_stop_the_writer(written: Written, tmp_path: Path) -> None:
    await written.grow()
    await EntryFiles(tmp_path).catch_up(written.kept)
    with pytest.raises(StoreError):
        await EntryFiles(tmp_path).catch_up(MemoryLedger())


async def test_reading_follows_the_files(written: Written, tmp_path: Path) -> None:
    for _ in range(4):
        await written.grow()
    files = EntryFiles(tmp_path, SMALL)
    await files.catch_up(written.kept)
    read: list[bytes] = []
    while page := await files.entries(len(read), 2):
        read += page
    assert tuple(read) == await written.kept.entries(0, 100)
    assert await files.entries(14, 5) == ()


async def test_an_empty_folder_has_nothing(tmp_path: Path) -> None:
    assert await EntryFiles(tmp_path).newest("argo.example/signals") is None
    assert await EntryFiles(tmp_path).entries(0, 5) == ()
    assert await EntryFiles(tmp_path).catch_up(MemoryLedger()) == 0


async def test_a_folder_that_cannot_be_written_says_so(written: Written, tmp_path: Path) -> None:
    await written.grow()
    (tmp_path / "logs").write_bytes(b"a file")
    with pytest.raises(StoreError):
        await EntryFiles(tmp_path / "logs").catch_up(written.kept)
