"""The lab's processes: each works on one run, and is started, watched and ended from here."""

from __future__ import annotations

import asyncio
import os
import socket
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from argo_core.errors import ConfigError
from argo_core.ports.lab_workers import Worker

PATIENCE_SECONDS = 5.0
REMEMBERED = 200
LINE_BYTES = 65_536


def owner_here() -> str:
    """This process as others know it: `host:pid`."""
    return f"{socket.gethostname()}:{os.getpid()}"


@dataclass(slots=True)
class _Started:
    process: Process
    attempt: int
    words: str = ""
    listening: asyncio.Task[None] | None = field(default=None, repr=False)


class LabProcesses:
    """`ports.LabWorkers`. `command` makes the words that start the process of a run and attempt, run in exactly
    `environment`; `say` hears what it writes to its standard error. `close` ends all that are still at work."""

    def __init__(
        self,
        command: Callable[[str, int], Sequence[str]],
        environment: Mapping[str, str],
        say: Callable[[str], None],
    ) -> None:
        self._command, self._environment, self._say = command, dict(environment), say
        self._started: dict[str, _Started] = {}

    async def start(self, run_id: str, attempt: int) -> None:
        """Raises ConfigError where the program cannot be started."""
        try:
            process = await asyncio.create_subprocess_exec(
                *self._command(run_id, attempt),
                env=self._environment,
                stdin=DEVNULL,
                stdout=DEVNULL,
                stderr=PIPE,
                start_new_session=True,  # Ctrl-C reaches this process, which ends its children in order
                limit=LINE_BYTES,
            )
        except OSError as error:
            raise ConfigError(f"the lab's process cannot be started: {error}") from error
        self._forget()
        started = self._started[run_id] = _Started(process, attempt)
        started.listening = asyncio.create_task(self._listen(started), name=f"lab {run_id}")

    def of(self, run_id: str) -> Worker | None:
        """What became of the last process of this run that was started here."""
        started = self._started.get(run_id)
        if started is None:
            return None
        # Its last words are complete once its pipe is read to the end.
        alive = started.process.returncode is None or (started.listening is not None and not started.listening.done())
        return Worker(attempt=started.attempt, alive=alive, words=started.words)

    def gone(self, owner: str) -> bool:
        """Only a process of this machine is certain to be gone; a number that another process has now is not."""
        host, _, pid = owner.rpartition(":")
        if host != socket.gethostname() or not pid.isdecimal():
            return False
        try:
            os.kill(int(pid), 0)
        except ProcessLookupError:
            return True
        except (PermissionError, OverflowError):
            return False
        return False

    async def stop(self, run_id: str) -> None:
        """At once: a run can be worked on again, so that nothing is lost by it."""
        started = self._started.get(run_id)
        if started is not None:
            await _end(started)

    async def close(self) -> None:
        """End what is at work. Its runs are found without a process at the next start, and worked on again."""
        await asyncio.gather(*(_end(started) for started in self._started.values()))

    async def _listen(self, started: _Started) -> None:
        stream = started.process.stderr
        while stream is not None:
            try:
                line = await stream.readline()
            except ValueError:
                continue  # longer than any line of ours: dropped
            if not line:
                break
            text = line.decode("utf-8", "replace").rstrip()
            if text:
                started.words = text[:500]
                self._say(text)
        await started.process.wait()

    def _forget(self) -> None:
        over = [run_id for run_id in self._started if not getattr(self.of(run_id), "alive", False)]
        for run_id in over[: max(len(self._started) - REMEMBERED, 0)]:
            del self._started[run_id]


async def _end(started: _Started) -> None:
    if started.process.returncode is None:
        started.process.terminate()
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await started.process.wait()
        except TimeoutError:
            started.process.kill()
    if started.listening is not None:
        await started.listening
