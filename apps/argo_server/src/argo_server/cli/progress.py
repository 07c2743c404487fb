"""Progress on standard error, for work that takes longer than somebody waits in silence."""

from __future__ import annotations

import time
from collections.abc import Callable

import click

PATIENCE_SECONDS, EVERY_SECONDS, WIDTH = 2.0, 0.5, 30


def shown_progress(what: str, ticks: Callable[[], float] = time.monotonic) -> Callable[[int, int], None]:
    """A listener for (done, of how many): a bar that appears after two seconds. `ticks`: a clock in seconds."""
    begun, last = ticks(), ticks()

    def show(done: int, every: int) -> None:
        nonlocal last
        now = ticks()
        if now - begun < PATIENCE_SECONDS or (now - last < EVERY_SECONDS and done < every):
            return
        last = now
        filled = WIDTH * done // max(every, 1)
        bar = "#" * filled + "-" * (WIDTH - filled)
        click.echo(f"\r{what} [{bar}] {done:,} of {every:,}", err=True, nl=done >= every)

    return show
