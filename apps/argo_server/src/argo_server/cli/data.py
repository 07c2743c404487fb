"""`argo data`: bars that are kept for backtests."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import click

SHOWN = 50
LIBRARY = click.option(
    "--library", type=click.Path(path_type=Path), help="Its folder; ARGO_LIBRARY_DIR or var/library else."
)
AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group()
def data() -> None:
    """Import, list and check the stored bars."""


@data.command(
    "import",
    epilog="Examples:\n\n  argo data import yfinance --symbols AAPL,MSFT --from 2015-01-01 --to 2025-01-01\n\n"
    "  argo data import files GOOG.csv --symbols GOOG --adjustment raw\n\n"
    "  argo data import files ticks.csv --timeframe 1Min --adjustment raw --time-zone America/New_York "
    "--columns close=last",
)
@click.argument("source", type=click.Choice(["files", "alpaca", "massive", "yfinance", "recorded"]))
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--symbols", default="", help="Comma-separated. A file with a column of symbols needs none.")
@click.option("--timeframe", default="1Day", show_default=True, help="1Min, 30Min, 1Hour, 1Day and the like.")
@click.option(
    "--adjustment", type=click.Choice(["raw", "split", "total"]), help="Of files: what is taken out of prices."
)
@click.option("--from", "first", type=click.DateTime(["%Y-%m-%d"]), help="First day (UTC).")
@click.option("--to", "last", type=click.DateTime(["%Y-%m-%d"]), help="The day after the last one (UTC).")
@click.option("--time-zone", help="Of files whose times have no offset: an IANA name.")
@click.option("--time-format", help="Of files whose times are not ISO 8601: for instance %m/%d/%Y.")
@click.option("--columns", default="", help="Of files with columns of other names: time=DAY,close=LAST.")
@click.option("--replace", is_flag=True, help="Store these bars where they differ; the old version stays readable.")
@LIBRARY
@AS_JSON
def import_(
    source: str, symbols: str, adjustment: str | None, first: datetime | None, last: datetime | None, columns: str,
    replace: bool, library: Path | None, as_json: bool, **more: Any,
) -> None:  # fmt: skip
    """Store bars of SOURCE, all of them or none. What is stored already is not stored again; bars that differ from
    stored ones are refused, the first of them named."""
    import asyncio

    import msgspec

    from argo_core.model.stored_series import Adjustment
    from argo_server.cli.progress import shown_progress
    from argo_server.cli.table import render_table
    from argo_server.settings import load_settings
    from argo_server.wiring.bar_imports import ImportOrder, ordered_bars
    from argo_server.wiring.bar_library import lab_packages, open_library

    settings = load_settings()
    order = ImportOrder(
        source=source,
        symbols=tuple(part.strip() for part in symbols.split(",") if part.strip()),
        adjustment=None if adjustment is None else Adjustment(adjustment),
        first=first and first.date(),
        last=last and last.date(),
        columns=_columns(columns),
        **more,
    )
    store = open_library(settings, library)
    with lab_packages():
        done = store.store(asyncio.run(ordered_bars(settings, order, shown_progress("questions"))), replace=replace)
    if as_json:
        click.echo(msgspec.json.encode(done))
        return
    rows = [
        (str(each.series.key), each.rows_before, each.series.rows, "stored" if each.changed else "unchanged")
        for each in done
    ]
    click.echo(render_table(("series", "bars before", "bars now", "result"), rows))


@data.command("list", epilog="Example:\n\n  argo data list --json")
@LIBRARY
@AS_JSON
def list_(library: Path | None, as_json: bool) -> None:
    """Every stored series with its period, source and content hash."""
    import msgspec

    from argo_server.cli.table import render_table
    from argo_server.settings import load_settings
    from argo_server.wiring.bar_library import open_library

    series = open_library(load_settings(), library).series()
    if as_json:
        click.echo(msgspec.json.encode(series))
        return
    rows = [
        (str(each.key), now.source, now.time_zone, f"{now.first:%Y-%m-%d}", f"{now.last:%Y-%m-%d}", now.rows,
         len(each.versions), now.content_hash[:16])
        for each in series
        for now in (each.newest,)
    ]  # fmt: skip
    click.echo(render_table(("series", "source", "days of", "first", "last", "bars", "versions", "sha-256"), rows))


@data.command(epilog="Examples:\n\n  argo data check\n\n  argo data check --symbols AAPL --ignore gap --json")
@click.option("--symbols", default="", help="Comma-separated; all without it.")
@click.option("--ignore", multiple=True, help="A code of findings to leave out; may be given again.")
@LIBRARY
@AS_JSON
def check(symbols: str, ignore: tuple[str, ...], library: Path | None, as_json: bool) -> None:
    """Gaps, duplicates, disorder, impossible prices, splits, dividends, time zones, changed files. Exit status 1 if a
    finding is an error."""
    import msgspec

    from argo_server.cli.table import render_table
    from argo_server.settings import load_settings
    from argo_server.wiring.bar_library import check_stored

    named = [part.strip() for part in symbols.split(",") if part.strip()]
    found = check_stored(load_settings(), library, named, ignore)
    if as_json:
        click.echo(msgspec.json.encode(found))
    else:
        rows = [
            (one.level, one.series, one.code, f"{one.at:%Y-%m-%d %H:%M}" if one.at else None, one.amount, one.count,
             one.what)
            for one in found.findings[:SHOWN]
        ]  # fmt: skip
        if rows:
            click.echo(render_table(("level", "series", "code", "bar", "amount", "count", "what"), rows))
        if len(found.findings) > SHOWN:
            click.echo(f"and {len(found.findings) - SHOWN:,} more: --json shows all")
        click.echo(
            f"{found.checked} series, {found.errors} errors, {len(found.findings) - found.errors} other findings"
        )
    sys.exit(1 if found.errors else 0)


def _columns(text: str) -> dict[str, str]:
    named = [part.partition("=") for part in text.split(",") if part]
    if any(not equals for _, equals, _ in named):
        raise click.BadParameter("write time=DAY,close=LAST", param_hint="--columns")
    return {role.strip(): name for role, _, name in named}
