"""What Lighthouse says of Alpine's pages on a phone: `make lighthouse`, which installs it.

The real server with a filled database, a signed-in reader, and Chromium. Each page is audited three times and the
median of each score is shown. Accessibility, best practices and the page's weight have limits. The score of
performance is a goal only: it reckons with a slow phone's processor, and so it says as much of this machine as of the
page. A page with an open live stream never becomes quiet, so waiting for quiet is ended after some seconds.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.served.line import connected
from benchmarks.served.servers import ROOT, Server, alpine
from benchmarks.web import prefill

LIGHTHOUSE = ROOT / "lighthouse" / "node_modules" / ".bin" / "lighthouse"
PAGES = ("/", "/dashboard", "/signals", "/track-record")
RUNS = 3
LIMITS = {"accessibility": 95, "best-practices": 95}
GOAL_PERFORMANCE = 95
MOST_KB, MOST_REQUESTS = 150, 25
SETTLING_MS = 8000


async def main() -> int:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or os.environ.get("CHROME_PATH")
    if chromium is None or not LIGHTHOUSE.exists():
        print("Lighthouse or Chromium is missing: run: make lighthouse", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        async with alpine(folder) as server:
            async with connected(server) as line:
                await prefill(line)
            missed = [await audit(server, page, chromium, Path(folder)) for page in PAGES]
    return int(any(missed))


async def audit(server: Server, page: str, chromium: str, folder: Path) -> bool:
    """True if a limit is missed."""
    reports = [await audited(server, page, chromium, folder / f"{number}.json") for number in range(RUNS)]
    missed = False
    words = []
    for name in ("performance", "accessibility", "best-practices"):
        score = statistics.median(report["categories"][name]["score"] * 100 for report in reports)
        limit = LIMITS.get(name)
        missed |= limit is not None and score < limit
        words.append(f"{name} {score:.0f} ({f'limit {limit}' if limit else f'goal {GOAL_PERFORMANCE}'})")
    print(f"{page}: {', '.join(words)}")
    weight, requests = weight_of(reports[0])
    missed |= weight > MOST_KB or requests > MOST_REQUESTS
    blocking = failing(reports[0], "render-blocking-resources")
    held_up = ", ".join(blocking) or "none"
    print(f"  {weight:.0f} KB of {MOST_KB}, {requests} requests of {MOST_REQUESTS}; blocking: {held_up}")
    for category in LIMITS:
        for reference in reports[0]["categories"][category]["auditRefs"]:
            found = reports[0]["audits"][reference["id"]]
            if reference["weight"] and found["score"] is not None and found["score"] < 1:
                print(f"  {category}: {found['title']}")
    return missed


async def audited(server: Server, page: str, chromium: str, file: Path, again: int = 2) -> dict[str, Any]:
    """One report, by a browser of its own."""
    headers = json.dumps({"Cookie": server.cookies[0]})
    process = await asyncio.create_subprocess_exec(
        str(LIGHTHOUSE),
        f"http://127.0.0.1:{server.port}{page}",
        "--quiet",
        "--output=json",
        f"--output-path={file}",
        "--only-categories=performance,accessibility,best-practices",
        f"--max-wait-for-load={SETTLING_MS}",
        f"--extra-headers={headers}",
        "--chrome-flags=--headless=new --no-sandbox --disable-dev-shm-usage",
        env={**os.environ, "CHROME_PATH": chromium},
    )
    if not await process.wait():
        return await asyncio.to_thread(report_of, file)
    if again:
        # It sometimes misses the beginning of a page's load, says so, and asks to be run again.
        return await audited(server, page, chromium, file, again - 1)
    raise SystemExit(f"lighthouse ended with {process.returncode} at {page}")


def report_of(file: Path) -> dict[str, Any]:
    """What Lighthouse wrote."""
    report: dict[str, Any] = json.loads(file.read_bytes())
    return report


def weight_of(report: dict[str, Any]) -> tuple[float, int]:
    """Kilobytes as they were sent, and how many requests."""
    sent = report["audits"]["network-requests"]["details"]["items"]
    return sum(each.get("transferSize", 0) for each in sent) / 1000, len(sent)


def failing(report: dict[str, Any], name: str) -> list[str]:
    """The addresses that an audit complains of."""
    items = (report["audits"].get(name, {}).get("details") or {}).get("items", [])
    return [str(item.get("url", "")).rpartition("/")[2] for item in items]


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
