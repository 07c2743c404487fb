"""`argo backtest`: recorded history through the live stages."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from argo_server.cli.backtest_report import kept, report_files, report_options, show_report

if TYPE_CHECKING:
    from argo_core.backtest import Backtest
    from argo_core.backtest.comparisons.random_entry import Chance
    from argo_core.backtest.kept_runs import Told
    from argo_server.settings import Settings
    from argo_server.wiring.backtest import BacktestChoice

DATE = click.DateTime(["%Y-%m-%d"])


@click.command(
    epilog="Examples:\n\n  argo backtest\n\n  argo backtest --symbols AAPL,TSLA --from 2015-01-02 --to 2018-12-31\n\n"
    "  argo backtest --executor prop_firm --json\n\n"
    "  argo backtest --symbols AAPL,TSLA --html report.html --xlsx report.xlsx --csv tables\n\n"
    "  argo backtest --stored raw --symbols GOOG"
)
@click.option("--symbols", help="Comma-separated symbols. [default: all that are recorded, or stored]")
@click.option("--stored", type=click.Choice(["raw", "split", "total"]), help="Imported bars with this adjustment.")
@click.option("--timeframe", default="1Day", show_default=True, help="Of imported bars.")
@click.option("--library", type=click.Path(), help="Folder of the imported bars.")
@click.option("--from", "begin", type=DATE, help="First day, YYYY-MM-DD. [default: the first that is recorded]")
@click.option("--to", "end", type=DATE, help="Day before which it ends. [default: the last that is recorded]")
@click.option("--executor", type=click.Choice(["regular", "prop_firm"]), default="regular", show_default=True)
@click.option("--strategy-only", is_flag=True, help="Only how good the signals were; nothing is traded.")
@click.option("--json", "as_json", is_flag=True, help="Print every figure as JSON.")
@report_options
def backtest(*, strategy_only: bool, as_json: bool, **wish: Any) -> None:
    """Run the configured strategy over recorded history or imported bars: the same votes, risk layers and exchange
    as live.

    Beside the result: buying and holding, the same trades at random times, and the best source alone.
    """
    from argo_server.settings import load_settings

    choice = _choice(**wish)
    settings, files = load_settings(), report_files(wish)
    if files is not None and strategy_only:
        raise click.BadParameter("a report is on an account that trades", param_hint="--strategy-only")
    if files is not None:
        show_report(settings, choice, wish, files, as_json)
        return
    (_show_signals if strategy_only else _show_summary)(settings, choice, as_json)


def _show_signals(settings: Settings, choice: BacktestChoice, as_json: bool) -> None:
    import msgspec

    from argo_core.backtest.kept_documents import kept_signals
    from argo_core.backtest.report.summary_text import strategy_text
    from argo_core.backtest.summary import StrategySummary, decode_summary
    from argo_server.cli.progress import shown_progress

    seed, told = settings.file.backtest.seed, shown_progress("decisions")
    found = kept(settings, choice, lambda _: "signals", lambda test, _chance, _trials: kept_signals(test, seed, told))
    signals = decode_summary(found.document, StrategySummary)
    click.echo(msgspec.json.encode(signals) if as_json else strategy_text(signals))


def _show_summary(settings: Settings, choice: BacktestChoice, as_json: bool) -> None:
    import msgspec

    from argo_core.backtest.kept_documents import kept_summary
    from argo_core.backtest.report.summary_text import backtest_text, trials_text
    from argo_core.backtest.summary import BacktestSummary, decode_summary
    from argo_server.cli.progress import shown_progress

    terms, told = settings.file.backtest, shown_progress("backtest")

    def summarised(test: Backtest, chance: Chance, _trials: int) -> Told:
        return kept_summary(test, chance, terms.random_entries, terms.seed, told)

    found = kept(settings, choice, lambda _: "summary", summarised)
    summary = decode_summary(found.document, BacktestSummary)
    click.echo(msgspec.json.encode(summary) if as_json else f"{backtest_text(summary)}\n\n{trials_text(found)}")


def _choice(
    *, symbols: str | None, stored: str | None, timeframe: str, library: str | None, begin: datetime | None,
    end: datetime | None, executor: str, **_: Any,
) -> BacktestChoice:  # fmt: skip
    from argo_core.backtest.stored_history import StoredChoice
    from argo_core.model.stored_series import Adjustment
    from argo_server.wiring.backtest import BacktestChoice

    if begin is not None and end is not None and end <= begin:
        raise click.BadParameter("it must be later than --from", param_hint="--to")
    return BacktestChoice(
        symbols=_named(symbols, recorded=stored is None),
        begin=f"{begin:%Y-%m-%d}" if begin else None,
        end=f"{end:%Y-%m-%d}" if end else None,
        prop_firm=executor == "prop_firm",
        stored=None if stored is None else StoredChoice(timeframe, Adjustment(stored), folder=library),
    )


def _named(symbols: str | None, *, recorded: bool) -> tuple[str, ...] | None:
    """What is stored only the library knows: its refusal names what is missing."""
    from argo_server.wiring.backtest import recorded_names

    if symbols is None:
        return None
    named, known = tuple(part.strip() for part in symbols.split(",")), recorded_names()
    unknown = [name or "an empty name" for name in named if not name or (recorded and name not in known)]
    if unknown or len(set(named)) != len(named):
        wrong, choice = ", ".join(unknown) or "a symbol twice", f"choose each once from {', '.join(known)}"
        raise click.BadParameter(f"{wrong}: {choice if recorded else 'give each once'}", param_hint="--symbols")
    return named
