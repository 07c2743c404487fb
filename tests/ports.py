"""Ports for servers that cannot choose one themselves: programs that are told theirs on the command line.

A port that the kernel hands out can be handed out again as soon as it is let go, to whoever connects to anything. So
these lie below those that the kernel chooses from, each process of tests takes its own block of them, and nobody gets
one twice until the whole block was used.
"""

import itertools
import socket
from collections.abc import Iterator
from functools import cache

_FIRST = 10_000
_BEYOND = 32_768  # from here on Linux chooses
_BLOCK = 500
HOST = "127.0.0.1"

_claims: list[socket.socket] = []


def free_port() -> int:
    """A port on which nobody listens, and which no other process of tests will be given."""
    return ports_in_a_row(1)[0]


def ports_in_a_row(count: int) -> list[int]:
    """As `free_port`, `count` of them, each one higher than the one before."""
    row: list[int] = []
    for port in itertools.islice(_own_block(), 2 * _BLOCK):
        row = [*row, port] if not row or port == row[-1] + 1 else [port]
        if not _is_free(port):
            row = []
        if len(row) == count:
            return row
    raise AssertionError(f"no {count} free ports in a row")


@cache
def _own_block() -> Iterator[int]:
    """The ports of this process, over and over. A name in the kernel holds the block while the process lives."""
    for first in range(_FIRST, _BEYOND - _BLOCK + 1, _BLOCK):
        claim = socket.socket(socket.AF_UNIX)
        try:
            claim.bind(f"\0ports-of-tests-{first}")
        except OSError:
            claim.close()
            continue
        _claims.append(claim)
        return itertools.cycle(range(first, first + _BLOCK))
    raise AssertionError("every block of ports is taken: too many test processes run at once")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True
