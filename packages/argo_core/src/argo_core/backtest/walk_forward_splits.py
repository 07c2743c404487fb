"""Windows that only ever learn from what came before."""

from __future__ import annotations

import msgspec
import numpy as np

from argo_core.backtest.splits import Split
from argo_core.errors import DataError


class WalkForwardPlan(msgspec.Struct, frozen=True, kw_only=True):
    """In rows: learn from `train`, leave out `gap` (the horizon of a label that looks ahead), judge on `test`, go on by
    `test`. ROLLING windows forget; `anchored` ones begin at the first row and grow. A last, shorter test is judged too.

    Raises DataError `bad_count` unless train, test ≥ 1 and gap ≥ 0.
    """

    train: int
    test: int
    gap: int = 0
    anchored: bool = False

    def __post_init__(self) -> None:
        if self.train < 1 or self.test < 1 or self.gap < 0:
            raise DataError("bad_count", "a walk-forward needs at least one row to learn from and one to be judged on")


def walk_forward_splits(rows: int, plan: WalkForwardPlan) -> tuple[Split, ...]:
    """The windows over `rows` rows, oldest first; tests follow one another without a hole.

    Raises DataError `too_few` if not even one row is left to be judged on.
    """
    first = plan.train + plan.gap
    if rows <= first:
        raise DataError("too_few", f"{rows} rows are too few: {first} come before the first that is judged")
    return tuple(
        Split(
            train=np.arange(0 if plan.anchored else start - first, start - plan.gap),
            test=np.arange(start, min(start + plan.test, rows)),
        )
        for start in range(first, rows, plan.test)
    )
