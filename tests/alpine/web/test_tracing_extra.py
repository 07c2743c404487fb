"""Without a collector nothing of OpenTelemetry is loaded; with one and no extra, one line says what to install."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import asyncio, sys

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("opentelemetry", "requests"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Absent())
from alpine_core.errors import OperatorError
from alpine_web.settings.tracing import TracingSettings
from alpine_web.wiring.open_services import open_services
from alpine_web.wiring.tracing import open_tracer

async def opened(rules):
    async with open_tracer(rules) as tracer:
        with tracer.span("intake") as span:
            print(span.context, [name for name in sys.modules if name.startswith("opentelemetry")])

asyncio.run(opened(TracingSettings()))
try:
    asyncio.run(opened(TracingSettings(endpoint="http://127.0.0.1:4318")))
except OperatorError as error:
    print(error)
"""


def test_the_packages_are_wanted_where_a_collector_is_named_and_nowhere_else() -> None:
    done = subprocess.run(
        [sys.executable, "-I", "-c", PROGRAM], capture_output=True, text=True, check=False, timeout=50
    )
    assert done.stdout.splitlines() == [
        "None []",
        "ALPINE_TRACING_ENDPOINT needs the package requests: install alpine-web[otel], or leave it empty",
    ], done.stderr
