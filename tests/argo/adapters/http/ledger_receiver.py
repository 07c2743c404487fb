"""A distributor that follows our log: witness, mirror and signals, as strict as one of flesh and blood."""

from __future__ import annotations

import asyncio
import hashlib
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import msgspec
import uvicorn

from argo_core.errors import Disputed
from argo_core.ledger.checkpoint import open_checkpoint
from argo_core.ledger.frontier import Frontier
from argo_core.ledger.merkle import leaf_hash, verify_consistency
from argo_core.ledger.tlog_proof import parse_tlog_proof, verify_tlog_proof
from argo_core.testing.memory_witness import MemoryWitness
from argo_core.testing.sample_ledger import KEY, ORIGIN
from tests.argo.adapters.http.receiver import Answer, Recorded

SYNC = "/api/v1/external-signals/sync"


@dataclass
class LedgerReceiver:
    """`instead` is used up, one answer per request. `signals` and `outcomes` hold what was taken, by signal; `realised`
    by trade."""

    port: int = 0
    witness: MemoryWitness = field(default_factory=lambda: MemoryWitness(ORIGIN, [KEY.verifier]))
    requests: list[Recorded] = field(default_factory=list)
    mirror: list[str] = field(default_factory=list)
    signals: dict[str, Any] = field(default_factory=dict)
    outcomes: dict[str, Any] = field(default_factory=dict)
    realised: dict[str, Any] = field(default_factory=dict)
    instead: list[Answer] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def size(self) -> int:
        return 0 if self.witness.seen is None else self.witness.seen[0]

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        body, more = b"", True
        while more:
            part = await receive()
            body, more = body + part.get("body", b""), part.get("more_body", False)
        self.requests.append(Recorded(scope["path"], {}, body))
        answer = self.instead.pop(0) if self.instead else await self._answer(scope, body)
        plain = isinstance(answer.document, bytes)
        content = answer.document if plain else msgspec.json.encode(answer.document)
        kind = "text/plain" if plain else "application/json" if answer.status < 400 else "application/problem+json"
        wire = {"content-type": kind, "content-length": str(len(content))}
        headers = [(name.encode(), value.encode()) for name, value in wire.items()]
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await send({"type": "http.response.body", "body": content})

    async def _answer(self, scope: Any, body: bytes) -> Answer:
        path = scope["path"]
        if path == "/ledger/add-checkpoint":
            return await self._add_checkpoint(body)
        if path == f"/ledger/{hashlib.sha256(ORIGIN.encode()).hexdigest()}/checkpoint":
            note = await self.witness.newest(ORIGIN)
            return Answer(404, b"") if note is None else Answer(200, note)
        if path == "/api/v1/ledger/entries":
            asked = dict(pair.split("=") for pair in scope["query_string"].decode().split("&"))
            start, limit = int(asked["start"]), int(asked["limit"])
            return Answer(200, {"start": start, "entries": self.mirror[start : start + limit]})
        return Answer(404, b"") if path.startswith("/ledger/") else await self._sync(path, msgspec.json.decode(body))

    async def _sync(self, path: str, document: dict[str, Any]) -> Answer:
        if path == f"{SYNC}/checkpoint":
            return await self._checkpoint(document)
        if path == f"{SYNC}/signal":
            found = await self._signal(document)
            accepted = found["status"] == "accepted"
            sent = {"external_signal_id": document["signal_id"], "cosignatures": found.pop("lines", [])}
            return Answer(201 if accepted else 409, sent if accepted else {**found, "size": self.size})
        if path == f"{SYNC}/signals":
            results = [await self._signal(item) for item in document["signals"]]
            lines = [line for result in results for line in result.pop("lines", [])]
            return Answer(200, {"results": results, "cosignatures": lines})
        if path == f"{SYNC}/realised":
            return self._realised(document["realised"])
        for item in document["outcomes"]:
            self.outcomes[item["signal_id"]] = item
        items = [{"signal_id": item["signal_id"], "status": "accepted"} for item in document["outcomes"]]
        return Answer(200, {"results": items})

    def _realised(self, items: list[dict[str, Any]]) -> Answer:
        """A trade whose checkpoint nobody showed us is refused, as an outcome is."""
        results = []
        for item in items:
            leaf = leaf_hash(item["entry"].encode())
            opened = verify_tlog_proof(item["tlog_proof"], leaf, ORIGIN, [KEY.verifier]).checkpoint
            known = opened.size <= self.size
            self.realised |= {item["trade_id"]: item} if known else {}
            said = {"status": "accepted"} if known else {"status": "refused", "code": "old_size"}
            results.append({"trade_id": item["trade_id"], **said})
        return Answer(200, {"results": results})

    async def _add_checkpoint(self, body: bytes) -> Answer:
        head, note = body.decode().split("\n\n", 1)
        old, *steps = head.split("\n")
        size = open_size(note)
        try:
            answer = await self.witness.submit(int(old.removeprefix("old ")), _proof(steps), note.encode(), size)
        except Disputed as error:
            return Answer({"split_view": 422, "bad_log_signature": 403}.get(error.code, 404), b"")
        return Answer(200, "".join(answer.lines).encode()) if answer.lines else Answer(409, f"{answer.size}\n".encode())

    async def _checkpoint(self, document: dict[str, Any]) -> Answer:
        opened = open_checkpoint(document["checkpoint"].encode(), ORIGIN, [KEY.verifier]).checkpoint
        lines: tuple[str, ...] = ()
        if opened.size >= self.size:
            proof, note = _proof(document["consistency"]), document["checkpoint"].encode()
            answer = await self.witness.submit(document["old_size"], proof, note, opened.size)
            lines = answer.lines
            if not lines:
                return self._old_size()
        elif not document["entries"] or document["old_size"] != self.size or self.witness.seen is None:
            return self._old_size()
        else:
            proof = _proof(document["consistency"])
            verify_consistency(opened.size, self.size, opened.root, self.witness.seen[1], proof)
        if document["entries"]:
            if document["start"] != len(self.mirror):
                return self._old_size()
            grown = [*self.mirror, *document["entries"]]
            assert Frontier().grow([leaf_hash(text.encode()) for text in grown]).after.root == opened.root
            self.mirror = grown
        standing = {"origin": ORIGIN, "size": self.size, "mirrored": len(self.mirror)}
        return Answer(200, {**standing, "cosignatures": list(lines)})

    def _old_size(self) -> Answer:
        return Answer(409, {"code": "old_size", "size": self.size, "mirrored": len(self.mirror)})

    async def _signal(self, item: dict[str, Any]) -> dict[str, Any]:
        told = {"signal_id": item["signal_id"]}
        leaf = leaf_hash(item["entry"].encode())
        opened = verify_tlog_proof(item["tlog_proof"], leaf, ORIGIN, [KEY.verifier]).checkpoint
        lines: list[str] = []
        if opened.size > self.size:
            note = parse_tlog_proof(item["tlog_proof"]).note
            proof = _proof(item.get("consistency", []))
            answer = await self.witness.submit(item.get("old_size", -1), proof, note, opened.size)
            if not answer.lines:
                return {**told, "status": "refused", "code": "old_size"}
            lines = list(answer.lines)
        if item["signal_id"] in self.signals:
            return {**told, "status": "duplicate", "code": "duplicate"}
        seq = msgspec.json.decode(item["entry"])["seq"]
        known = [msgspec.json.decode(text) for text in self.mirror] + [
            msgspec.json.decode(one["entry"]) for one in self.signals.values()
        ]
        if seq and all(entry.get("seq") != seq - 1 for entry in known):
            return {**told, "status": "refused", "code": "seq_gap"}
        self.signals[item["signal_id"]] = item
        return {**told, "status": "accepted", "code": None, "lines": lines}


def open_size(note: str) -> int:
    """The second line of a note."""
    return int(note.split("\n")[1])


def _proof(steps: list[str]) -> list[bytes]:
    return [msgspec.json.decode(msgspec.json.encode(step), type=bytes) for step in steps]


@asynccontextmanager
async def following_receiver() -> AsyncIterator[tuple[LedgerReceiver, httpx.AsyncClient]]:
    """The distributor behind a real server on a free port, and a client."""
    app = LedgerReceiver()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        app.port = listener.getsockname()[1]
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off"))
        task = asyncio.create_task(server.serve([listener]))
        try:
            async with httpx.AsyncClient() as client:
                yield app, client
        finally:
            server.should_exit = True
            await task
