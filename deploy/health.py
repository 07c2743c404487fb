"""What a side says of itself, and whether that is 100 %."""

from __future__ import annotations

import base64
import json
import urllib.error
import urllib.request
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from http.client import HTTPException
from typing import Any

from deploy.errors import Refused

ANSWER_SECONDS = 5.0
CYCLES_FOR_A_FIGURE = 20
SYMBOLS_FOR_A_FIGURE = 1000
CALLS_FOR_A_FIGURE = 1000
UNSIGNED = ("waiting for the witness", "refused")
PASSWORD_REFUSED = (401, 429)
WRONG_PASSWORD = "write server.console_password of the process into the environment file: ARGO_CONSOLE_PASSWORD=…"


@dataclass(frozen=True, slots=True)
class Check:
    """`ok` is None where there is no figure yet: that holds nothing up and is said."""

    name: str
    ok: bool | None
    said: str


def ask(port: int, path: str, password: str = "") -> dict[str, Any] | None:
    """The JSON object at an address of this machine, also of an answer that reports trouble; None if there is none.

    `password`: the console's, "" for none. Raises Refused where it is not taken, at once: who asks on with a wrong one
    is made to wait, and everybody else on this machine with him.
    """
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}")
    if password:
        request.add_header("Authorization", "Basic " + base64.b64encode(f"deploy:{password}".encode()).decode())
    try:
        with urllib.request.urlopen(request, timeout=ANSWER_SECONDS) as answer:
            found = json.load(answer)
    except urllib.error.HTTPError as error:
        if error.code in PASSWORD_REFUSED:
            error.close()
            raise Refused(f"the process at port {port} wants another password: {WRONG_PASSWORD}") from error
        found = _told(error)
    except (OSError, ValueError, HTTPException):
        return None
    return found if isinstance(found, dict) else None


def _told(error: urllib.error.HTTPError) -> object:
    with error:
        try:
            return json.load(error)
        except (OSError, ValueError, HTTPException):
            return None


def judged(entity: str, report: Mapping[str, Any] | None) -> tuple[Check, ...]:
    """Every check of a report; one failed check where the side does not answer, or answers something else."""
    if report is None:
        return (Check("answers", False, "it does not answer"),)
    try:
        told = tuple(_argo(report) if entity == "argo" else _alpine(report))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        said = report.get("detail") or f"{type(error).__name__}: {error}"
        return (Check("report", False, f"it answers something else than its health: {said}"),)
    return (Check("answers", True, str(report.get("version", ""))), *told)


def is_whole(checks: Iterable[Check]) -> bool:
    """100 %: nothing failed."""
    return all(check.ok is not False for check in checks)


def first_fault(checks: Iterable[Check]) -> str:
    """The first failed check in words, "" if there is none."""
    return next((f"{check.name}: {check.said}" for check in checks if check.ok is False), "")


def as_rows(checks: Iterable[Check]) -> list[dict[str, object]]:
    """For a record."""
    return [asdict(check) for check in checks]


def _argo(report: Mapping[str, Any]) -> Iterable[Check]:
    services = report["services"]
    figures, sources = services["performance"], services["data_sources"]["sources"]
    yield Check("database", services["database"] == "healthy", services["database"])
    for receiver, standing in services["receivers"].items():
        away = standing["state"] in ("unreachable", "disputed")
        yield Check(f"receiver {receiver}", not away, standing.get("last_error") or standing["state"])
    enough = report["throughput_ops_s"] * report["uptime_seconds"] >= CYCLES_FOR_A_FIGURE
    yield _below("mean generation", figures["avg_signal_generation_time"] if enough else None, 0.3, "s")
    calls = figures["total_cache_hits"] + figures["total_cache_misses"]
    yield _between("hit rate", figures["cache_hit_rate"] if calls >= CALLS_FOR_A_FIGURE else None, 80.0, 100.0)
    symbols = figures["total_symbols_processed"]
    live = any(one.get("circuit_breaker", "none") != "none" for one in sources.values())
    skipped = figures["skip_rate"] if live and symbols >= SYMBOLS_FOR_A_FIGURE else None
    yield _between("skip rate", skipped, 30.0, 50.0)
    yield _below("vendor latency", figures["avg_api_latency"], 0.2, "s")
    ill = [f"{name} {one['status']}" for name, one in sources.items() if one.get("status") in ("degraded", "unhealthy")]
    yield Check("sources", not ill, ", ".join(ill) or "none is ill")
    failed = [one["kind"] for one in services.get("integrity", ()) if not one["success"]]
    yield Check("integrity", not failed, f"rows fail the check: {', '.join(failed)}" if failed else "as signed")
    if log := services.get("ledger"):
        unsaid = [one["last_error"] for one in log["witnesses"] if one["last_error"]]
        stands = log["state"] not in UNSIGNED and not unsaid
        yield Check("log", stands, log["state"] if stands else str(log["words"] or (*unsaid, log["state"])[0]))
    opened = sorted(name for name, one in sources.items() if one.get("circuit_breaker") == "open")
    yield Check("breakers", not opened, f"open: {', '.join(opened)}" if opened else "none is open")
    yield Check("status", report["status"] == "healthy", report["status"])  # last: what names a cause is told first


def _alpine(report: Mapping[str, Any]) -> Iterable[Check]:
    yield Check("status", report["status"] == "healthy", report["status"])
    takes = report["taking_deliveries"]
    yield Check("deliveries", takes is True, "taken" if takes else "refused: no key is set")


def _below(name: str, figure: float | None, limit: float, unit: str) -> Check:
    if figure is None:
        return Check(name, None, "no figure yet")
    return Check(name, figure < limit, f"{figure:.3f} {unit}, below {limit} {unit} wanted")


def _between(name: str, figure: float | None, low: float, high: float) -> Check:
    if figure is None:
        return Check(name, None, "no figure yet")
    return Check(name, low <= figure <= high, f"{figure:.1f} %, {low:.0f} to {high:.0f} % wanted")
