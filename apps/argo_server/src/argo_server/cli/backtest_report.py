"""The report of `argo backtest`: its options, and the files it is written to."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from argo_core.backtest import Backtest
    from argo_core.backtest.comparisons.random_entry import Chance
    from argo_core.backtest.kept_runs import Kept, Told
    from argo_server.settings import Settings
    from argo_server.wiring.backtest import BacktestChoice
    from argo_server.wiring.kept_backtests import Work

F = TypeVar("F", bound=Callable[..., object])
FILE = click.Path(dir_okay=False, path_type=Path)
FOLDER = click.Path(file_okay=False, path_type=Path)
KINDS = ("html", "csv", "xlsx", "report_json")

OPTIONS = (
    click.option("--report", "reported", is_flag=True,
                 help="With intervals, a verdict, and the same signals at other costs."),
    click.option("--html", type=FILE, help="Write the report as one page with plots."),
    click.option("--csv", type=FOLDER, help="Write headline.csv, equity.csv and trades.csv into this folder."),
    click.option("--xlsx", type=FILE, help="Write the report as a workbook."),
    click.option("--report-json", type=FILE, help="Write the whole report as JSON."),
    click.option("--title", default="Backtest", show_default=True, help="What the report is called."),
    click.option(
        "--trials", type=click.IntRange(1), default=1,
        help="At least so many strategies were looked at, where the database does not know of all: the verdict allows "
        "for as many, and never for fewer than it counts on these bars.",
    ),
)  # fmt: skip


def report_options(command: F) -> F:
    """Adds the options to a command; `report_files` reads them."""
    for option in reversed(OPTIONS):
        command = option(command)
    return command


def report_files(wish: dict[str, Any]) -> dict[str, Path] | None:
    """The files that were asked for, none for the report on the screen alone; None where no report is wanted."""
    files = {kind: wish[kind] for kind in KINDS if wish[kind] is not None}
    return files if files or wish["reported"] else None


def show_report(
    settings: Settings, choice: BacktestChoice, wish: dict[str, Any], files: dict[str, Path], as_json: bool
) -> None:
    """Runs the backtest and all that it is held against, writes the files, and prints."""
    from argo_core.backtest.kept_documents import kept_report
    from argo_core.backtest.report import decode_report, encode_report, report_lines
    from argo_server.cli.progress import shown_progress
    from argo_server.wiring.report_files import report_terms, require_writers, write_report

    require_writers(files)

    def reported(test: Backtest, chance: Chance, trials: int) -> Told:
        terms = report_terms(settings, wish["title"], max(trials, wish["trials"]))
        return kept_report(test, terms, chance, settings.file.backtest.random_entries, shown_progress("backtest"))

    def form(trials: int) -> str:
        return f"report {wish['title']!r} of {max(trials, wish['trials'])}"

    found = kept(settings, choice, form, reported)
    report = decode_report(found.document)
    write_report(report, files)
    click.echo(encode_report(report) if as_json else "\n".join(report_lines(report)))
    for place in files.values():
        click.echo(f"written: {place}", err=True)


def kept(settings: Settings, choice: BacktestChoice, form: Callable[[int], str], work: Work) -> Kept:
    """The backtest's document, computed or from the store: standard error says which."""
    from argo_server.wiring.kept_backtests import kept_backtest

    found = asyncio.run(kept_backtest(settings, choice, form, work))
    if found.stored:
        click.echo("from the store: computed earlier from the same bars, settings, code and seed", err=True)
    return found
