"""A lease within one process."""

from __future__ import annotations


class MemoryLease:
    """`ports.Lease` among those who are given the same `board`: a list of at most one holder."""

    def __init__(self, board: list[object] | None = None) -> None:
        self._board: list[object] = [] if board is None else board

    async def hold(self) -> bool:
        if not self._board:
            self._board.append(self)
        return self._board[0] is self

    async def close(self) -> None:
        if self._board and self._board[0] is self:
            self._board.clear()
