#!/usr/bin/python3 -SE
"""What a deployment asks of a program, and nothing else. Its health is `said.json` beside it, asked for each time."""

import http.server
import json
import os
import sys
import time
from pathlib import Path

HERE = Path(__file__).parent
FIGURES = ("avg_signal_generation_time", "cache_hit_rate", "skip_rate", "avg_api_latency")
COUNTS = ("total_cache_hits", "total_cache_misses", "total_symbols_processed")
GENERATOR = {
    "status": "healthy",
    "throughput_ops_s": 0.0,
    "uptime_seconds": 0.0,
    "services": {
        "database": "healthy",
        "receivers": {},
        "data_sources": {"sources": {}},
        "performance": {**dict.fromkeys(FIGURES), **dict.fromkeys(COUNTS, 0)},
    },
}
WHOLE = GENERATOR if sys.argv[0].endswith("argo") else {"status": "healthy", "taking_deliveries": True}


class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        said = HERE / "said.json"
        self.send_response(200)
        self.end_headers()
        self.wfile.write((said.read_text() if said.exists() else json.dumps(WHOLE)).encode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Says nothing."""


def main(words: list[str]) -> None:
    with (HERE / "asked.txt").open("a") as asked:
        asked.write(" ".join(words) + "\n")
    for refused in HERE.glob("refused.txt"):
        if " ".join(words) in refused.read_text():
            sys.exit("Error: NAME is not set: write it")
    if words[0] == "serve":
        note = os.environ.get("SIDE_PREPARED", "")
        while note and Path(note).exists():
            time.sleep(0.01)
        port = int(words[words.index("--port") + 1])
        http.server.HTTPServer(("127.0.0.1", port), Answer).serve_forever()
    if words[0] == "backup":
        sys.stdout.write(json.dumps({"backup": {"name": "alpine-20261122T031000Z"}}))
    if words[0] == "-I":  # its interpreter, asked to look at a restored backup
        sys.stdout.write('{"findings": []}')


if __name__ == "__main__":
    main(sys.argv[1:])
