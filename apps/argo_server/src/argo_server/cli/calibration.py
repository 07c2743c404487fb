"""`argo calibration`: how far confidence can be believed, and what each source is worth."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from argo_core.backtest.calibration_report import CalibrationReport, Reliability
    from argo_core.backtest.source_skill import SkillReport
    from argo_core.measures.bootstrap_interval import Interval


@click.command(epilog="Examples:\n\n  argo calibration\n\n  argo calibration --limit 2000 --json")
@click.option("--limit", type=click.IntRange(1, 1_000_000), default=20_000, show_default=True, help="So many newest.")
@click.option("--seed", type=int, default=1, show_default=True, help="Of the bootstrap intervals.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def calibration(limit: int, seed: int, as_json: bool) -> None:
    """Hold resolved signals against what their confidence would have been worth when they were decided: reliability,
    Brier score and calibration error, by regime, source and band; skill, cost and proposed weights of the sources.
    Nothing is applied."""
    import msgspec

    from argo_core.backtest.calibration_report import calibration_report
    from argo_core.backtest.source_skill import skill_report
    from argo_server.cli.run import with_records
    from argo_server.settings import load_settings

    settings = load_settings()
    resolved = with_records(settings, lambda records: records.resolved.resolved(limit))
    since = min((each.signal.timestamp for each in resolved), default="9")  # spending of the same time as the hits
    spent = with_records(settings, lambda records: records.spending.since(since))
    report, skill = calibration_report(resolved), skill_report(resolved, seed, spent)
    if as_json:
        click.echo(msgspec.json.encode({"calibration": report, "skill": skill}))
    else:
        _print(report)
        _print_skill(skill)


def _print(report: CalibrationReport) -> None:
    from argo_server.cli.table import render_table

    click.echo(f"{report.resolved} signals are resolved; a win probability is told from {report.needed} on")
    if report.curve is not None:
        click.echo(
            f"now: {report.curve.kind.value} curve of {report.curve.outcomes} outcomes, {report.curve.wins} wins"
        )
    if report.overall is None:
        return
    every = (report.overall, *report.by_regime, *report.by_source, *report.by_confidence)
    head = ("signals", "resolved", "won %", "from", "to", "judged", "Brier", "skill", "error")
    click.echo(render_table(head, [_row(each) for each in every]))
    if report.overall.bands:
        click.echo("\nreliability, each judged by a curve that had not seen it:")
        rows = [
            (100 * band.forecast, 100 * band.rate, 100 * band.rate_low, 100 * band.rate_high, band.count)
            for band in report.overall.bands
        ]
        click.echo(render_table(("told %", "won %", "from", "to", "signals"), rows))


def _row(each: Reliability) -> tuple[object, ...]:
    skill = None if each.parts is None else each.parts.skill
    return (
        each.name, each.signals, 100 * each.rate, 100 * each.rate_low, 100 * each.rate_high, each.judged, each.brier,
        skill, each.calibration_error,
    )  # fmt: skip


def _print_skill(report: SkillReport) -> None:
    from argo_server.cli.table import render_table

    if not report.sources:
        return
    rows = [
        (
            each.source, each.group, each.votes, each.sides, each.hits, each.rate, each.rate_low, each.rate_high,
            *_bounds(each.improvement), each.usd_per_call, each.usd_per_hit,
        )
        for each in report.sources
    ]  # fmt: skip
    head = "source, group, votes, sides, right, rate, from, to, helps Brier by, from, to, USD a call, a right vote"
    click.echo("\nsources, of published signals only:")
    click.echo(render_table(head.split(", "), rows))
    if report.proposals:
        click.echo("\nweights that the hit rates suggest, for you to look at; nothing is applied:")
        proposals = [(each.group, each.now, each.proposed, each.low, each.high) for each in report.proposals]
        click.echo(render_table(("group", "now", "suggested", "from", "to"), proposals))


def _bounds(found: Interval | None) -> tuple[float | None, float | None, float | None]:
    return (None, None, None) if found is None else (found.value, found.low, found.high)
