"""Progress on standard error, for work that takes longer than somebody waits in silence."""

from __future__ import annotations

import time
from collections.abc import Callable

import click

PATIENCE_SECONDS, EVERY_SECONDS, WIDTH = 2.0, 0.5, 30


def shown_progress(what: str, ticks: Callable[[], float] = time.monotonic) -> Callable[[int, int], None]:
    """A listener for (done, of how many): a bar that appears after two seconds, with the time that is left at the pace
    so far. What was done before it first heard counts for no pace. `ticks`: a clock in seconds."""
    begun, last, before = ticks(), ticks(), -1

    def show(done: int, every: int) -> None:
        nonlocal last, before
        now, before = ticks(), done if before < 0 else before
        if now - begun < PATIENCE_SECONDS or (now - last < EVERY_SECONDS and done < every):
            return
        last = now
        filled = WIDTH * done // max(every, 1)
        bar = "#" * filled + "-" * (WIDTH - filled)
        left = _left(now - begun, done - before, every - done)
        click.echo(f"\r{what} [{bar}] {done:,} of {every:,}{left}", err=True, nl=done >= every)

    return show


def _left(spent: float, done: int, missing: int) -> str:
    """In words, how long the rest takes; blanks over an earlier, longer word at the end."""
    if done <= 0 or missing <= 0:
        return " " * 16
    seconds = round(spent / done * missing)
    return f", {seconds // 60}:{seconds % 60:02d} left     "
