"""`argo backtest`: recorded history through the live stages."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from argo_server.cli.backtest_report import report_files, report_options, show_report

if TYPE_CHECKING:
    from argo_core.backtest.summary import BacktestSummary, StrategySummary
    from argo_server.settings import Settings
    from argo_server.wiring.backtest import BacktestChoice

DATE = click.DateTime(["%Y-%m-%d"])


@click.command(
    epilog="Examples:\n\n  argo backtest\n\n  argo backtest --symbols AAPL,TSLA --from 2015-01-02 --to 2018-12-31\n\n"
    "  argo backtest --executor prop_firm --json\n\n"
    "  argo backtest --symbols AAPL,TSLA --html report.html --xlsx report.xlsx --csv tables"
)
@click.option("--symbols", help="Comma-separated recorded symbols. [default: all that are recorded]")
@click.option("--from", "begin", type=DATE, help="First day, YYYY-MM-DD. [default: the first that is recorded]")
@click.option("--to", "end", type=DATE, help="Day before which it ends. [default: the last that is recorded]")
@click.option("--executor", type=click.Choice(["regular", "prop_firm"]), default="regular", show_default=True)
@click.option("--strategy-only", is_flag=True, help="Only how good the signals were; nothing is traded.")
@click.option("--json", "as_json", is_flag=True, help="Print every figure as JSON.")
@report_options
def backtest(
    symbols: str | None,
    begin: datetime | None,
    end: datetime | None,
    executor: str,
    strategy_only: bool,
    as_json: bool,
    **wish: Any,
) -> None:
    """Run the configured strategy over recorded history: the same votes, risk layers and exchange as live.

    Beside the result: buying and holding, the same trades at random times, and the best source alone.
    """
    import asyncio

    import msgspec

    from argo_server.cli.backtest_table import backtest_text, strategy_text
    from argo_server.settings import load_settings
    from argo_server.wiring.backtest import BacktestChoice

    choice = BacktestChoice(
        symbols=_named(symbols),
        begin=None if begin is None else f"{begin:%Y-%m-%d}",
        end=None if end is None else f"{end:%Y-%m-%d}",
        prop_firm=executor == "prop_firm",
    )
    if begin is not None and end is not None and end <= begin:
        raise click.BadParameter("it must be later than --from", param_hint="--to")
    settings, files = load_settings(), report_files(wish)
    if files is not None and strategy_only:
        raise click.BadParameter("a report is on an account that trades", param_hint="--strategy-only")
    if files is not None:
        show_report(settings, choice, wish, files, as_json)
        return
    if strategy_only:
        found = asyncio.run(_signals(settings, choice))
        click.echo(msgspec.json.encode(found) if as_json else strategy_text(found))
        return
    summary = asyncio.run(_summary(settings, choice))
    click.echo(msgspec.json.encode(summary) if as_json else backtest_text(summary))


def _named(symbols: str | None) -> tuple[str, ...] | None:
    from argo_server.wiring.backtest import recorded_names

    if symbols is None:
        return None
    named, recorded = tuple(part.strip() for part in symbols.split(",")), recorded_names()
    unknown = [name for name in named if name not in recorded]
    if unknown or len(set(named)) != len(named):
        wrong = ", ".join(unknown) or "a symbol twice"
        raise click.BadParameter(f"{wrong}: choose each once from {', '.join(recorded)}", param_hint="--symbols")
    return named


async def _summary(settings: Settings, choice: BacktestChoice) -> BacktestSummary:
    import asyncio

    from argo_core.backtest.summary import run_and_compare
    from argo_server.cli.progress import shown_progress
    from argo_server.wiring.backtest import open_backtest

    async with open_backtest(settings, choice) as (test, chance):
        draws, progress = settings.file.backtest.random_entries, shown_progress("backtest")
        _, summary = await asyncio.to_thread(run_and_compare, test, chance, draws, progress)
        return summary


async def _signals(settings: Settings, choice: BacktestChoice) -> StrategySummary:
    import asyncio

    from argo_core.backtest.summary import strategy_summary
    from argo_server.cli.progress import shown_progress
    from argo_server.wiring.backtest import open_backtest

    async with open_backtest(settings, choice) as (test, _):
        return strategy_summary(await asyncio.to_thread(test.signals, shown_progress("decisions")))
