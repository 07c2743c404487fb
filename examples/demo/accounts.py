"""The two executors, asked over their APIs: what each decided, whether it trades, how its account stands."""

from __future__ import annotations

from typing import Any

from examples.demo.api import Api, Unreachable
from examples.demo.screen import Screen

Status = dict[str, Any]


class Accounts:
    """Shows each verdict, each change of the risk level and each halt once. `newest` are the last answers, by name."""

    def __init__(self, screen: Screen, **addresses: str) -> None:
        self._screen = screen
        self._executors = {name: Api(address) for name, address in addresses.items()}
        self._judged: set[tuple[str, str]] = set()
        self._levels = dict.fromkeys(addresses, "NORMAL")
        self._halts: set[str] = set()
        self.newest: dict[str, Status] = {}

    def look(self) -> bool:
        """Ask each and show what is new of its risk; False if one did not answer: an unknown count is not zero."""
        try:
            self.newest = {name: executor.get("/api/v1/trading/status") for name, executor in self._executors.items()}
        except Unreachable:
            return False
        for name, status in self.newest.items():
            self._show_risk(name, status)
        return True

    def show_verdict(self, answer: Status, symbols: dict[str, str]) -> None:
        """Once for each signal and executor."""
        place = (answer["signal_id"], answer["executor_id"])
        if place not in self._judged:
            self._judged.add(place)
            self._screen.verdict(answer, symbols.get(answer["signal_id"], "?"))

    def show_own_verdicts(self, symbols: dict[str, str]) -> None:
        """What was decided after the generator had gone."""
        for status in self.newest.values():
            for answer in reversed(status["verdicts"]):
                self.show_verdict(answer, symbols)

    def total(self, name: str) -> int | None:
        """One of the counts, over both."""
        return sum(status["counts"][name] for status in self.newest.values()) if self.newest else None

    def decided(self, published: int) -> bool:
        """Each has every published signal and has judged it."""
        counts = [status["counts"] for status in self.newest.values()]
        return bool(counts) and all(
            each["received"] == each["allowed"] + each["denied"] == published for each in counts
        )

    def standing(self, name: str) -> Status | None:
        """One account for the summary, None while nothing is known of it."""
        status = self.newest.get(name)
        if status is None:
            return None
        account, risk = status["account"], status["risk"]
        return {
            "state": status["state"],
            "equity": None if account is None else round(account["equity"], 2),
            "floor": None if risk is None else round(risk["floor"]["equity"], 2),
            "open_positions": len(status["positions"]),
            "denials": status["counts"]["denied_by"],
        }

    def _show_risk(self, name: str, status: Status) -> None:
        risk = status["risk"]
        if risk is not None and risk["level"] != self._levels[name]:
            self._levels[name] = risk["level"]
            self._screen.level(name, risk["level"], status["account"]["equity"], risk["floor"]["equity"])
        halt = status["halt"]
        if halt is not None and halt["halt_id"] not in self._halts:
            self._halts.add(halt["halt_id"])
            self._screen.halted(name, halt["reason"], len(status["positions"]))
