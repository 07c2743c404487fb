"""What takes a new side back: a fault that stays, a process that ended, a critical alert that is new."""

from __future__ import annotations

import dataclasses
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from deploy.plan import Plan, load_plan
from deploy.watch import FAULTS_IN_A_ROW, firing_alerts, watch
from tests.deploy.front import ROOT

WHOLE = {"status": "healthy", "taking_deliveries": True}
ILL = {"status": "degraded", "taking_deliveries": True}


class Said(ThreadingHTTPServer):
    """Answers `/health` with one report after another, the last one again and again, and Prometheus's alerts."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.reports: list[dict[str, Any]] = [WHOLE]
        self.alerts: list[dict[str, Any]] = []


class Answer(BaseHTTPRequestHandler):
    server: Said

    def do_GET(self) -> None:
        reports = self.server.reports
        told: dict[str, Any] = {"status": "success", "data": {"alerts": self.server.alerts}}
        if self.path == "/health":
            told = reports.pop(0) if len(reports) > 1 else reports[0]
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(told).encode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Says nothing."""


class Process:
    """A side that runs for so many looks."""

    def __init__(self, looks: int = 10_000) -> None:
        self._looks = looks

    def start(self, side: str) -> None: ...

    def prepare(self, side: str) -> None: ...

    def stop(self, side: str) -> None: ...

    def runs(self, side: str) -> bool:
        self._looks -= 1
        return self._looks >= 0


@pytest.fixture(name="peer")
def answering_peer() -> Iterator[Said]:
    with Said() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture(name="plan")
def watched_plan(peer: Said, tmp_path: Path) -> Plan:
    file = tmp_path / "alpine.toml"
    file.write_text((ROOT / "deploy" / "environment" / "alpine-deploy.toml.example").read_text())
    port = peer.server_address[1]
    sides = tmp_path / "sides.conf"
    sides.write_text("# active: green\n")
    return dataclasses.replace(
        load_plan(file),
        sides_file=sides,
        green_port=port,
        watch_seconds=0.5,
        watch_every_seconds=0.01,
        prometheus=f"http://127.0.0.1:{port}",
    )


def alert(name: str, severity: str = "critical", state: str = "firing", instance: str = "a") -> dict[str, Any]:
    return {"labels": {"alertname": name, "severity": severity, "instance": instance}, "state": state}


def test_a_side_that_stays_whole_stays(plan: Plan, peer: Said) -> None:
    peer.alerts = [alert("AlpineDiskHigh", "warning"), alert("AlpineErrors", state="pending"), alert("AlpineDown")]
    peer.alerts.append(alert("ArgoDown"))
    assert firing_alerts(plan.prometheus, "alpine") == {"AlpineDown instance=a"}
    assert watch(plan, Process(), "green", frozenset({"AlpineDown instance=a"}), list[str]().append) == ""


def test_a_fault_that_stays_takes_it_back_and_one_that_passes_does_not(plan: Plan, peer: Said) -> None:
    peer.reports = [*[ILL] * (FAULTS_IN_A_ROW - 1), WHOLE, WHOLE]
    assert watch(plan, Process(), "green", frozenset(), list[str]().append) == ""
    peer.reports = [WHOLE, ILL]
    assert watch(plan, Process(), "green", frozenset(), list[str]().append) == "status: degraded"


def test_an_ended_process_takes_it_back_at_once(plan: Plan) -> None:
    assert watch(plan, Process(looks=2), "green", frozenset(), list[str]().append) == "its process ended"


def test_a_critical_alert_that_did_not_fire_before_takes_it_back(plan: Plan, peer: Said) -> None:
    peer.alerts = [alert("AlpineDown"), alert("AlpineDown", instance="b")]
    known = frozenset({"AlpineDown instance=a"})
    assert watch(plan, Process(), "green", known, list[str]().append) == "critical alert AlpineDown instance=b"


def test_prometheus_that_is_away_takes_nothing_back_and_is_told(plan: Plan) -> None:
    told: list[str] = []
    deaf = dataclasses.replace(plan, prometheus="http://127.0.0.1:1", watch_seconds=0.05)
    assert watch(deaf, Process(), "green", frozenset(), told.append) == ""
    assert "does not say which alerts fire" in told[0]
