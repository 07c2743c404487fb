"""Several processes that do the same work: one that dies is started again, and all end when they are asked to."""

from __future__ import annotations

import multiprocessing
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess

import structlog

STEADY_SECONDS = 10.0
FIRST_PAUSE_SECONDS = 0.25
LONGEST_PAUSE_SECONDS = 10.0
DRAIN_SECONDS = 10.0
STOPS = (signal.SIGTERM, signal.SIGINT)

Work = Callable[[int, Callable[[], None]], int]
"""Runs one worker of this number until it is asked to end, and calls the second when it has started; exit status."""

log = structlog.get_logger(__name__)


def pause_before(lived: float, failures: int) -> tuple[float, int]:
    """Seconds until a worker that has lived so long is started again, and how often it has failed in a row by then."""
    if lived >= STEADY_SECONDS:
        return 0.0, 0
    return min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2.0**failures), failures + 1


@dataclass
class _Place:
    """One worker's place. `due` is when it has to be started, if it does not run."""

    number: int
    due: float
    process: BaseProcess | None = None
    began: float = 0.0
    failures: int = 0


class Crew:
    """`count` workers, forked from a process without threads or event loop. The first starts alone: what has to be
    made once is there when the others come. Workers end by themselves when this process is gone, however it ended."""

    def __init__(self, work: Work, count: int) -> None:
        self._work = work
        self._context = multiprocessing.get_context("fork")
        self._places = [_Place(number, time.monotonic()) for number in range(1, count + 1)]
        self._ready, self._tell_ready = socket.socketpair()
        self._any_ready = self._stopping = False

    def run(self) -> bool:
        """Until SIGTERM or SIGINT; whether it came to work at all: False if the first worker could not start."""
        with _woken_by_signals() as woken:
            try:
                while not self._stopping and self._goes_on():
                    self._start_due()
                    self._wait(woken)
            finally:
                self._end()
        return self._any_ready

    def _goes_on(self) -> bool:
        for place in self._places:
            if place.process is not None and not place.process.is_alive():
                status = place.process.exitcode
                place.process.close()
                place.process = None
                if not self._any_ready:
                    return False
                pause, place.failures = pause_before(time.monotonic() - place.began, place.failures)
                place.due = time.monotonic() + pause
                log.error("worker_died", worker=place.number, status=status, again_in_seconds=pause)
        return True

    def _start_due(self) -> None:
        now = time.monotonic()
        for place in self._places if self._any_ready else self._places[:1]:
            if place.process is None and place.due <= now:
                place.began = now
                place.process = self._context.Process(target=self._live, args=(place.number,), name="alpine worker")
                with _blocked_signals():
                    place.process.start()

    def _live(self, number: int) -> None:
        signal.set_wakeup_fd(-1)
        for each in STOPS:
            signal.signal(each, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPS)
        raise SystemExit(self._work(number, lambda: self._tell_ready.sendall(b"r")))

    def _wait(self, woken: socket.socket) -> None:
        sentinels = [place.process.sentinel for place in self._places if place.process is not None]
        dues = [place.due for place in self._places if place.process is None and self._any_ready]
        timeout = max(0.0, min(dues) - time.monotonic()) if dues else None
        found = wait([woken, self._ready, *sentinels], timeout)
        if woken in found:
            self._stopping = bool(woken.recv(64)) or self._stopping
        if self._ready in found:
            self._any_ready = bool(self._ready.recv(64)) or self._any_ready

    def _end(self) -> None:
        """Ask all to end, wait for them together, and end who does not."""
        living = [place.process for place in self._places if place.process is not None]
        for process in living:
            process.terminate()
        until = time.monotonic() + DRAIN_SECONDS
        for process in living:
            process.join(max(0.0, until - time.monotonic()))
            if process.exitcode is None:
                log.error("worker_killed", pid=process.pid, after_seconds=DRAIN_SECONDS)
                process.kill()
                process.join()


@contextmanager
def _woken_by_signals() -> Iterator[socket.socket]:
    """A socket that can be read once this process was asked to end."""
    reading, writing = socket.socketpair()
    with reading, writing:
        writing.setblocking(False)
        former = [signal.signal(number, _note) for number in STOPS]
        former_fd = signal.set_wakeup_fd(writing.fileno())
        try:
            yield reading
        finally:
            signal.set_wakeup_fd(former_fd)
            for number, handler in zip(STOPS, former, strict=True):
                signal.signal(number, handler)


def _note(_number: int, _frame: object) -> None:
    """The wake-up tells; without a handler the signal would end the process."""


@contextmanager
def _blocked_signals() -> Iterator[None]:
    # A signal to a worker that has not left these handlers behind would be told to this process.
    signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPS)


def parents_end() -> int | None:
    """In a worker: what can be read once the process that started it is gone; None elsewhere."""
    parent = multiprocessing.parent_process()
    return None if parent is None else parent.sentinel
