"""`alpine health`: what the running server says of itself, or every check up to a level."""

from __future__ import annotations

import click


@click.command(epilog="Examples:\n\n  alpine health --url http://127.0.0.1:9001\n\n  alpine health --level 3")
@click.option(
    "--level",
    type=click.IntRange(1, 3),
    help="1: environment and settings. 2: also database, Redis and server. 3: also every address, secrets, a signal "
    "all the way, and the newest backup restored. Without it the server is asked how it is.",
)
@click.option("--url", help="Where the server runs; default: host and port of the settings.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def health(level: int | None, url: str | None, as_json: bool) -> None:
    """Ask the running server, or look at everything up to a level, a line for each check with what to do. Exit status 0
    only if all is well."""
    import json
    import sys

    from alpine_web.settings import load_settings
    from alpine_web.sync_trial import ask_health

    if level is not None:
        sys.exit(_levels(level, url, as_json))
    told = ask_health(load_settings(), url)
    shown = json.dumps(told) if as_json else "\n".join(f"{name}: {value}" for name, value in told.items())
    click.echo(shown)
    sys.exit(0 if told.get("status") == "healthy" else 1)


def _levels(level: int, url: str | None, as_json: bool) -> int:
    import asyncio
    import json

    import msgspec

    from alpine_core.model.checked_part import whole
    from alpine_web.cli.table import show_rows
    from alpine_web.settings import load_settings
    from alpine_web.web.lines import lines_of
    from alpine_web.web.site import open_site
    from alpine_web.wiring.health_checks import health_of

    parts = asyncio.run(health_of(load_settings(), url, lines_of(open_site()), level))
    good = whole(parts)
    if as_json:
        click.echo(json.dumps({"healthy": good, "level": level, "checks": msgspec.to_builtins(parts)}))
        return 0 if good else 1
    rows = [(str(one.level), one.check, one.state, one.told, one.advice) for one in parts]
    show_rows(("level", "check", "result", "found", "what to do"), rows, as_json=False, empty="")
    counted = [one for one in parts if one.state != "not set up"]
    passed = sum(one.state == "passed" for one in counted)
    click.echo(f"{'ok' if good else 'FAILED'}: {passed} of {len(counted)} checks passed")
    return 0 if good else 1
