"""How the tests themselves are run: no network but loopback, warnings are errors, one time limit for each test.

A server is told a port that nobody else will be given.
"""

from __future__ import annotations

import socket
import subprocess
import sys
import warnings
from pathlib import Path

import pytest
from pytest_socket import SocketConnectBlockedError

from tests.ports import free_port

ROOT = Path(__file__).parents[2]
A_HUNDRED = "from tests.ports import free_port; print(*(free_port() for _ in range(100)))"
BESIDE_A_LISTENER = """
import socket
from tests.ports import free_port
taken = free_port() + 1
with socket.create_server(("127.0.0.1", taken)):
    print(taken, free_port())
"""


def test_a_connection_beyond_loopback_is_refused() -> None:
    with socket.socket() as outbound, pytest.raises(SocketConnectBlockedError):
        outbound.connect(("192.0.2.1", 80))


def test_a_connection_to_loopback_is_allowed() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket() as client:
        client.connect(server.getsockname())
        assert client.getpeername() == server.getsockname()


def test_a_warning_is_an_error() -> None:
    with pytest.raises(UserWarning, match="planted"):
        warnings.warn("planted", UserWarning, stacklevel=1)


def test_each_test_has_a_time_limit(pytestconfig: pytest.Config) -> None:
    assert pytestconfig.getini("timeout") == "180"


def test_processes_of_tests_at_work_at_once_are_given_other_ports_below_those_of_the_kernel() -> None:
    own, others = {free_port() for _ in range(100)}, ports_of(A_HUNDRED)
    assert len(own) == len(others) == 100
    assert not own & set(others)
    assert max(*own, *others) < 32_768


def test_a_port_with_a_listener_is_passed_over() -> None:
    taken, given = ports_of(BESIDE_A_LISTENER)
    assert given > taken


def ports_of(program: str) -> list[int]:
    """What a test process of its own prints."""
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    return [int(word) for word in done.stdout.split()]
