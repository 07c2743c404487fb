"""Mails that say that a month's report is there, with its main figures."""

from __future__ import annotations

from alpine_core.model import Mail
from alpine_core.model.monthly_report import MonthlyReport
from alpine_web.letters.stationery import Stationery
from alpine_web.letters.template_letters import Words


class TemplateMonthlyLetters:
    """`ports.MonthlyLetters`."""

    def __init__(self, stationery: Stationery) -> None:
        self._stationery = stationery

    def write(self, recipient: str, report: MonthlyReport) -> Mail:
        words = Words(
            subject=f"The record in {report.month}",
            says=(_ended(report), "You get this once a month because you asked for it on the page of reports."),
            link="Read the report",
            after=("To get no more of them, say so on that page.",),
        )
        url = f"{self._stationery.base}/reports/{report.month}"
        context = {"words": words, "url": url, "address": ""}
        return self._stationery.mail("letter", recipient, words.subject, report.made_at, context)


def _ended(report: MonthlyReport) -> str:
    mean = "" if report.mean_net_pct is None else f", {report.mean_net_pct:+.2f} % on average after costs"
    return f"{report.closed} signals ended, {report.won} of {report.count} with a gain{mean}."
