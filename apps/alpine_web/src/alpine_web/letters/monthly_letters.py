"""Mails that say that a month's report is there, with its main figures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from alpine_core.model import Mail
from alpine_core.model.monthly_report import MonthlyReport
from alpine_web.letters.template_letters import Words
from alpine_web.settings import Settings

TEMPLATES = Path(__file__).parent / "templates"


class TemplateMonthlyLetters:
    """`ports.MonthlyLetters`; `new_id` gives a fresh text for each message id. Links begin with the public URL."""

    def __init__(self, settings: Settings, new_id: Callable[[], str]) -> None:
        self._base = settings.base_url
        self._host = settings.public_host or "alpine.localhost"
        self._new_id = new_id
        self._templates = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=lambda name: str(name).endswith(".html"),
            undefined=StrictUndefined,
            auto_reload=False,
        )

    def write(self, recipient: str, report: MonthlyReport) -> Mail:
        words = Words(
            subject=f"The record in {report.month}",
            says=(_ended(report), "You get this once a month because you asked for it on the page of reports."),
            link="Read the report",
            after=("To get no more of them, say so on that page.",),
        )
        context = {
            "words": words,
            "url": f"{self._base}/reports/{report.month}",
            "base": self._base,
            "at": f"{report.made_at:%Y-%m-%d %H:%M} UTC",
            "address": "",
        }
        return Mail(
            message_id=f"<{self._new_id()}@{self._host}>",
            recipient=recipient,
            subject=f"Alpine: {words.subject}",
            text=self._templates.get_template("letter.txt").render(context),
            html=self._templates.get_template("letter.html").render(context),
        )


def _ended(report: MonthlyReport) -> str:
    mean = "" if report.mean_net_pct is None else f", {report.mean_net_pct:+.2f} % on average after costs"
    return f"{report.closed} signals ended, {report.won} of {report.count} with a gain{mean}."
