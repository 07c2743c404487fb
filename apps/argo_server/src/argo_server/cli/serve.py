"""`argo serve`: the generator, an executor, or all of them as processes of their own."""

from __future__ import annotations

import math
import sys

import click

ROLES = click.Choice(["generator", "executor", "all"])


@click.command(
    epilog="Examples:\n\n  ARGO_CONFIG=config.json argo serve --port 7999\n\n"
    "  argo serve --shard 1/2 --port 7999\n\n  argo serve --shard 1/2 --port 7998 --standby\n\n"
    "  ARGO_CONFIG=prop_firm.json argo serve --role executor --executor prop_firm"
)
@click.option("--role", type=ROLES, default="generator", show_default=True, help="What this process is.")
@click.option("--executor", help="Which executor, with --role executor: argo or prop_firm.")
@click.option("--host", help="Address to listen on; beyond loopback a console password must be configured.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on.")
@click.option(
    "--take-over",
    type=click.IntRange(1, 3600),
    help="Seconds to wait for another generator on this database to end, with connections held meanwhile.",
)
@click.option("--standby", is_flag=True, help="Wait for as long as it takes, as with --take-over.")
@click.option("--shard", help="Which share of the symbols, for instance 1/2: the first of two generators.")
def serve(
    role: str,
    executor: str | None,
    host: str | None,
    port: int | None,
    take_over: int | None,
    standby: bool,
    shard: str | None,
) -> None:
    """Run the signal cycle, an executor, or everything in processes of their own, until interrupted."""
    if executor is not None and role != "executor":
        raise click.UsageError("--executor goes with --role executor")
    if role == "all" and (host is not None or port is not None):
        raise click.UsageError("--role all takes addresses from the configuration: server and distribution.executors")
    if role != "generator" and (take_over is not None or standby or shard is not None):
        raise click.UsageError("--take-over, --standby and --shard are for a generator: executors have a database each")
    if take_over is not None and standby:
        raise click.UsageError("--take-over waits for some seconds and --standby for ever: use one of them")
    from argo_server.process_log import write_log

    write_log()
    if role == "generator":
        _generator(host, port, math.inf if standby else float(take_over or 0), shard)
    else:
        RUN[role](executor, host, port)


def _generator(host: str | None, port: int | None, patience: float, shard: str | None) -> None:
    import asyncio

    from argo_server.serving import serve_generator
    from argo_server.settings import load_settings, with_server, with_shard

    asyncio.run(serve_generator(with_shard(with_server(load_settings(), host, port), shard), patience))


def _executor(executor: str | None, host: str | None, port: int | None) -> None:
    import asyncio
    import dataclasses

    from argo_server.serving import serve_executor
    from argo_server.settings import executor_role, load_settings, with_server

    role = executor_role(load_settings(), executor)
    asyncio.run(serve_executor(dataclasses.replace(role, settings=with_server(role.settings, host, port))))


def _all(_: str | None, __: str | None, ___: int | None) -> None:
    import asyncio

    from argo_server.settings import load_settings, separate_processes
    from argo_server.wiring.children import run_children
    from argo_server.wiring.configurations import keep_start
    from argo_server.wiring.records import upgrade_database

    settings = load_settings()
    children = separate_processes(settings)
    asyncio.run(upgrade_database(settings))  # executors make their own
    asyncio.run(keep_start(settings))
    sys.exit(asyncio.run(run_children(children, click.echo)))


RUN = {"executor": _executor, "all": _all}
