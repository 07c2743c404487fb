"""Entry point: commands by name, one-line errors, exit status 2 for bad usage and 1 for a failed check."""

from __future__ import annotations

import click

from argo_server.cli.account import account
from argo_server.cli.alert import alert
from argo_server.cli.backtest import backtest
from argo_server.cli.backup import backup
from argo_server.cli.calibration import calibration
from argo_server.cli.check_lookahead import check_lookahead
from argo_server.cli.config import config
from argo_server.cli.cycle import cycle
from argo_server.cli.data import data
from argo_server.cli.db import db
from argo_server.cli.drill import drill
from argo_server.cli.halting import halt, resume, trading
from argo_server.cli.health import health
from argo_server.cli.integrity import integrity
from argo_server.cli.journal import journal
from argo_server.cli.lab import lab
from argo_server.cli.ledger import ledger
from argo_server.cli.optimize import optimize
from argo_server.cli.orders import orders
from argo_server.cli.parity import parity
from argo_server.cli.positions import positions
from argo_server.cli.prop_sim import prop_sim
from argo_server.cli.report import report
from argo_server.cli.restore import restore
from argo_server.cli.risk import risk
from argo_server.cli.secrets import secrets
from argo_server.cli.serve import serve
from argo_server.cli.signals import signals
from argo_server.cli.sources import sources
from argo_server.cli.sync import sync
from argo_server.cli.trade import trade
from argo_server.cli.verify import verify
from argo_server.cli.walk_forward import walk_forward

LAB = frozenset(
    {
        "backtest",
        "data",
        "optimize",
        "walk-forward",
        "prop-sim",
        "check-lookahead",
        "calibration",
        "parity",
        "report",
        "journal",
    }
)
"""Where status 1 says that something was found, and what is asked for wrongly must not look like it."""


class _Refused(click.ClickException):
    exit_code = 2


class OneLineErrors(click.Group):
    """Turns the errors that argo_core raises on purpose into one line and exit status 1; 2 where a command of the lab
    was asked for what there is not."""

    def invoke(self, ctx: click.Context) -> object:
        from argo_core.errors import ArgoError, ConfigError, DataError

        try:
            return super().invoke(ctx)
        except ArgoError as error:
            asked_wrongly = ctx.invoked_subcommand in LAB and isinstance(error, ConfigError | DataError)
            raise (_Refused if asked_wrongly else click.ClickException)(str(error)) from error


@click.group(
    cls=OneLineErrors,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    epilog="Examples:\n\n  argo db upgrade && argo serve\n\n  argo cycle --symbols AAPL,BTC-USD --json",
)
@click.version_option(package_name="argo-server")
def argo() -> None:
    """Argo produces trading signals: votes, Weighted Consensus v6.0, hashed signals in an append-only database."""


COMMANDS = (
    serve, cycle, signals, sources, verify, ledger, integrity, health, config, secrets, db, sync, alert,
    backup, restore,
    positions, orders, risk, account, trade, trading, halt, resume, drill,
    backtest, data, optimize, walk_forward, prop_sim, check_lookahead, calibration, lab, parity, report, journal,
)  # fmt: skip

for command in COMMANDS:
    argo.add_command(command)


def main() -> None:
    """Run the command line."""
    argo(prog_name="argo")
