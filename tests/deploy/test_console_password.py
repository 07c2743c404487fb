"""Health behind a console's password: it is asked with the one of the environment file, and never with a wrong one
again and again."""

from __future__ import annotations

import base64
import dataclasses
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from deploy.console_password import console_password
from deploy.errors import Refused
from deploy.plan import Plan
from deploy.side_state import checked, wait_until_whole
from tests.deploy.releases import made_plan
from tests.deploy.small_program import GENERATOR

PASSWORD = "correct horse: battery"


class Locked(ThreadingHTTPServer):
    """A generator's health for whoever has the password; counts those who have not."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.turned_away = 0


class Answer(BaseHTTPRequestHandler):
    server: Locked

    def do_GET(self) -> None:
        given = self.headers.get("Authorization", "").removeprefix("Basic ")
        admitted = base64.b64decode(given).decode().partition(":")[2] == PASSWORD
        self.server.turned_away += not admitted
        self.send_response(200 if admitted else 401)
        self.end_headers()
        self.wfile.write(json.dumps(GENERATOR if admitted else {"detail": "give the console's password"}).encode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Says nothing."""


class Running:
    """Every process runs."""

    def start(self, name: str) -> None: ...

    def prepare(self, name: str) -> None: ...

    def stop(self, name: str) -> None: ...

    def runs(self, name: str) -> bool:
        return bool(name)


@pytest.fixture(name="peer")
def locked_peer() -> Iterator[Locked]:
    with Locked() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture(name="plan")
def plan_of_a_locked_side(peer: Locked, tmp_path: Path) -> Plan:
    return dataclasses.replace(made_plan(tmp_path, "argo"), blue_port=peer.server_address[1])


def settings(plan: Plan, text: str, file: str = "") -> None:
    config = plan.environment_file.with_name("config.json")
    config.write_text(file or "{}")
    plan.environment_file.write_text(f"ARGO_CONFIG={config}\n{text}")


@pytest.mark.parametrize(
    ("text", "file"),
    [
        (f"ARGO_CONSOLE_PASSWORD={PASSWORD}\n", ""),
        ("", json.dumps({"server": {"console_password": PASSWORD}})),
        (f"ARGO_CONSOLE_PASSWORD={PASSWORD}\n", json.dumps({"server": {"console_password": "an older one"}})),
    ],
)
def test_the_environment_file_or_the_settings_that_it_names_open_the_health(plan: Plan, text: str, file: str) -> None:
    settings(plan, text, file)
    assert [check.name for check in checked(plan, "blue") if check.ok is False] == []


@pytest.mark.parametrize("text", ["", "ARGO_CONSOLE_PASSWORD=wrong\n"])
def test_a_password_that_is_not_taken_is_said_at_once_and_not_tried_again(plan: Plan, peer: Locked, text: str) -> None:
    settings(plan, text)
    with pytest.raises(Refused, match=r"wants another password: .* environment file: ARGO_CONSOLE_PASSWORD=…"):
        wait_until_whole(plan, Running(), "blue")
    assert peer.turned_away == 1


def test_settings_that_cannot_be_read_are_named(plan: Plan) -> None:
    settings(plan, "", "[1]")
    with pytest.raises(Refused, match=r"config\.json is not as settings are"):
        console_password(plan)
    plan.environment_file.write_text("ARGO_CONFIG=/nowhere/config.json\n")
    with pytest.raises(Refused, match=r"/nowhere/config\.json: No such file or directory"):
        console_password(plan)


def test_the_distributor_s_health_is_open(tmp_path: Path) -> None:
    plan = made_plan(tmp_path)
    plan.environment_file.write_text("ARGO_CONFIG=/nowhere\nARGO_CONSOLE_PASSWORD=x\n")
    assert console_password(plan) == ""
