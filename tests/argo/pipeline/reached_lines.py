"""Which of some lines are reached, told by a tracer."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import Any

from tests.argo.adapters.sql.labelled_lines import Labelled


@contextmanager
def reached_lines(lines: Sequence[Labelled]) -> Iterator[set[str]]:
    """The names of those that this thread has reached since; it grows."""
    names = {(line.path, line.first): line.name for line in lines}
    paths, reached = {line.path for line in lines}, set[str]()

    def step(frame: FrameType, event: str, _argument: Any) -> Any:
        name = names.get((frame.f_code.co_filename, frame.f_lineno))
        if event == "line" and name is not None:
            reached.add(name)
        return step

    earlier = sys.gettrace()
    sys.settrace(lambda frame, _event, _argument: step if frame.f_code.co_filename in paths else None)
    try:
        yield reached
    finally:
        sys.settrace(earlier)
