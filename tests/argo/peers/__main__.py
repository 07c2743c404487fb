"""The six vendors as a program: `python -m tests.argo.peers --symbols AAPL,BTC-USD`.

Its first line is JSON: the address of each vendor, of the streams, and `control`. The control address takes
`POST /fault?vendor=alpaca&name=429` (no name: none), `POST /cut?vendor=alpaca` (drop the stream),
`POST /clock?ahead=5`, `POST /forget`, `GET /state` and `GET /now`. It ends with its standard input.
The keys that the vendors take are those of `keys.py`; the addresses go into `ALPACA_DATA_URL` and its like.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Mapping
from datetime import datetime

from tests.argo.peers.http_peer import Reply, Replying, Request, serving
from tests.argo.peers.peer_clock import PeerClock
from tests.argo.peers.vendors import Vendor, all_vendors


def controlling(vendors: Mapping[str, Vendor], clock: PeerClock) -> Replying:
    """What a test may do while the vendors run."""
    cuts = set[asyncio.Task[None]]()

    def reply(request: Request) -> Reply:
        query = request.query
        if request.path == "/fault":
            vendors[query["vendor"]].fail(query.get("name"))
        elif request.path == "/cut":
            line = vendors[query["vendor"]].line
            if line is not None:
                cuts.add(asyncio.ensure_future(line.cut()))
        elif request.path == "/clock":
            clock.ahead_seconds += float(query["ahead"])
        elif request.path == "/now":
            return Reply(clock.now().timestamp())
        elif request.path == "/forget":
            for vendor in vendors.values():
                vendor.forget()
        elif request.path != "/state":
            return Reply({"error": "no such address"}, 404)
        return Reply({name: vendor.counted() for name, vendor in vendors.items()})

    return reply


async def run(arguments: argparse.Namespace) -> None:
    start = datetime.fromisoformat(arguments.start) if arguments.start else None
    clock = PeerClock(start, arguments.speed)
    async with (
        all_vendors(
            arguments.symbols.split(","),
            clock,
            delay_seconds=arguments.delay_ms / 1000.0,
            seed=arguments.seed,
            history_days=arguments.history_days,
            volatility=arguments.volatility,
            rise_per_day=arguments.rise,
        ) as vendors,
        serving(controlling(vendors, clock)) as control,
    ):
        addresses = {name: vendor.http.url for name, vendor in vendors.items()}
        streams = {f"{name}_stream": vendor.stream.url for name, vendor in vendors.items() if vendor.stream}
        sys.stdout.write(json.dumps({**addresses, **streams, "control": control.url}) + "\n")
        sys.stdout.flush()
        await asyncio.to_thread(sys.stdin.read)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.argo.peers", description="Six vendors on loopback.")
    parser.add_argument("--symbols", default="AAPL,NVDA,TSLA,MSFT,BTC-USD,ETH-USD")
    parser.add_argument("--delay-ms", type=float, default=120.0)
    parser.add_argument("--seed", type=int, default=6)
    parser.add_argument("--history-days", type=int, default=400)
    parser.add_argument("--volatility", type=float, default=0.0008, help="of a minute's log return")
    parser.add_argument("--rise", type=float, default=None, help="log return of a day, in place of the slow swing")
    parser.add_argument("--start", default="", help="the time it shows at its start (ISO), else the machine's")
    parser.add_argument("--speed", type=float, default=1.0, help="its seconds in one of the machine's")
    asyncio.run(run(parser.parse_args()))


if __name__ == "__main__":
    main()
