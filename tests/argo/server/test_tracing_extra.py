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
from argo_core.errors import ConfigError
from argo_server.settings import load_settings
from argo_server.wiring.executor import open_executor
from argo_server.wiring.generator import open_services
from argo_server.wiring.tracing import open_tracer

async def opened(environ):
    async with open_tracer(load_settings(environ), "generator") as tracer:
        with tracer.span("cycle") as span:
            print(span.context, [name for name in sys.modules if name.startswith("opentelemetry")])

asyncio.run(opened({}))
try:
    asyncio.run(opened({"ARGO_TRACING_ENDPOINT": "http://127.0.0.1:4318"}))
except ConfigError as error:
    print(error)
"""


def test_the_packages_are_wanted_where_a_collector_is_named_and_nowhere_else() -> None:
    done = subprocess.run(
        [sys.executable, "-I", "-c", PROGRAM], capture_output=True, text=True, check=False, timeout=50
    )
    assert done.stdout.splitlines() == [
        "None []",
        "tracing.endpoint needs the package requests: install argo-server[otel], or leave it empty",
    ], done.stderr
