"""How busy the machine is, read from a folder that is like the kernel's."""

from __future__ import annotations

from pathlib import Path

from alpine_core.adapters.machine import Machine


def told(folder: Path, *, idle: int, busy: int) -> None:
    (folder / "stat").write_text(f"cpu {busy} 0 0 {idle} 0 0 0 0 7 7\ncpu0 1 1 1 1\n")
    (folder / "meminfo").write_text("MemTotal: 8000 kB\nMemFree: 1 kB\nMemAvailable: 2000 kB\n")


def test_the_processor_is_judged_since_the_reading_before(tmp_path: Path) -> None:
    told(tmp_path, idle=100, busy=100)
    machine = Machine(tmp_path, tmp_path)
    told(tmp_path, idle=190, busy=110)
    use = machine.use()
    assert (use.cpu_percent, use.memory_percent) == (9.999999999999998, 75.0)
    assert use.disk_percent is not None and 0.0 < use.disk_percent <= 100.0


def test_what_the_machine_does_not_tell_is_not_known(tmp_path: Path) -> None:
    use = Machine(tmp_path, tmp_path / "gone").use()
    assert (use.cpu_percent, use.memory_percent, use.disk_percent) == (None, None, None)
