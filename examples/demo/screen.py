"""What the demo prints: one line per event, colour only on a terminal."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, TextIO

CYAN, PINK, GREEN, RED, ORANGE, DIM = "38;5;45", "38;5;198", "38;5;48", "38;5;203", "38;5;208", "2"


class Screen:
    """Writes to a text stream."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._colour = out.isatty() and "NO_COLOR" not in os.environ

    def title(self) -> None:
        self._line(self._in(CYAN, "ARGO and ALPINE · live demonstration on recorded market history"))

    def step(self, text: str) -> None:
        self._line(self._in(DIM, f"  … {text}"))

    def error(self, text: str) -> None:
        self._line(self._in(RED, f"demo: {text}"))

    def ready(self, prices: str, alpine: str, argo: str, email: str, password: str, pids: dict[str, int]) -> None:
        self._line(f"  dashboard  {self._in(CYAN, f'{alpine}/dashboard')}   log in as {email} with {password}")
        self._line(f"  console    {self._in(CYAN, argo)}   (the producer's own; no log-in on this machine)")
        self._line(f"  record     {alpine}/track-record   anybody can prove it, without an account: alpine-verify")
        self._line(f"  processes  {', '.join(f'{name} {pid}' for name, pid in pids.items())}")
        self._line(f"  prices     {prices}")
        self._line("  sources    replay_price_action, replay_technical; no language model: no recording")
        self._line("  orders     SIMULATED exchange, two accounts; no money, no venue")
        self._line("  tiers      the log-in is PREMIUM; FREE's delay of 24 hours is scaled to 20 seconds here\n")

    def cycle(self, cycle: dict[str, Any]) -> None:
        text = (
            f"{cycle['as_of'][:16].replace('T', ' ')}  {cycle['evaluated']} evaluated, {cycle['skipped']} unmoved, "
            f"{cycle['published']} published, {cycle['repeats']} repeats, {cycle['vetoed']} vetoed"
        )
        self._line(self._in(DIM, text))

    def published(self, signal: dict[str, Any], verified: bool) -> None:
        side = self._in(GREEN if signal["action"] == "BUY" else PINK, f"{signal['action']:<4}")
        votes = " ".join(
            f"{vote['source'].removeprefix('replay_')} {vote['direction']} {vote['confidence']:.0f}"
            for vote in signal["votes"]
        )
        mark = self._in(GREEN, "hash verified") if verified else self._in(RED, "HASH WRONG")
        self._line(
            f"  {side} {signal['symbol']:<8} {signal['confidence']:5.1f} %  entry {signal['entry_price']:<10g} "
            f"stop {signal['stop_price']:<10g} target {signal['target_price']:<10g} "
            f"{signal['regime']:<7} {votes}  {mark}"
        )

    def vetoed(self, decision: dict[str, Any]) -> None:
        rule = decision["veto"].replace("_", " ")
        measured, limit = decision["measured"], decision["limit"]
        figures = "" if measured is None or limit is None else f" {measured:.1f} against {limit:g}"
        self._line(f"  {self._in(ORANGE, 'veto')} {decision['symbol']:<8} {rule}{figures} ({decision['regime']})")

    def verdict(self, answer: dict[str, Any], symbol: str) -> None:
        """One executor's answer: every layer was asked; the first denial is named."""
        denial = next((layer for layer in answer["verdicts"] if layer["type"] == "deny"), None)
        if denial is None:
            said = self._in(GREEN, "allowed") + f" by all {len(answer['verdicts'])} layers"
        else:
            measured, limit = denial["measured"], denial["limit"]
            figures = "" if measured is None or limit is None else f" {measured:.4g} against {limit:.4g}"
            said = self._in(ORANGE, "denied") + f" {denial['code'].replace('_', ' ')}{figures}"
        self._line(f"       {answer['executor_id']:<9} {symbol:<8} {said}")

    def level(self, account: str, level: str, equity: float, floor: float) -> None:
        colour = {"NORMAL": GREEN, "WARNING": ORANGE}.get(level, RED)
        self._line(f"  {self._in(colour, 'risk')} {account:<9} {level}: equity {equity:,.0f}, floor {floor:,.0f}")

    def halted(self, account: str, reason: str, positions: int) -> None:
        self._line(f"  {self._in(RED, 'HALT')} {account:<9} {reason}; positions still open: {positions}")

    def resolved(self, signal: dict[str, Any]) -> None:
        percent = signal["profit_loss_pct"]
        colour = GREEN if percent > 0 else RED
        self._line(f"  {self._in(colour, 'done')} {signal['symbol']:<8} {signal['result']} {percent:+.2f} % gross")

    def summary(self, path: Path, summary: dict[str, Any]) -> None:
        self._line("\n" + self._in(CYAN, "Summary") + f"  ({path})")
        for name, value in summary.items():
            self._line(f"  {name:<20} {self._worded(value)}")

    def _worded(self, value: Any) -> str:
        if isinstance(value, dict):
            return (
                ", ".join(f"{name.replace('_', ' ')} {self._worded(inner)}" for name, inner in value.items()) or "none"
            )
        return "unknown" if value is None else str(value)

    def _in(self, code: str, text: str) -> str:
        return f"\033[{code}m{text}\033[0m" if self._colour else text

    def _line(self, text: str) -> None:
        self._out.write(text + "\n")
        self._out.flush()
