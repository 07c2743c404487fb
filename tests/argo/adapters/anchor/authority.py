"""A time-stamping authority on loopback: `openssl ts` behind a small HTTP server, with a root of its own."""

from __future__ import annotations

import re
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

CONFIGURATION = """
[tsa]
default_tsa = local
[local]
serial = {folder}/serial
crypto_device = builtin
signer_cert = {folder}/signer.pem
signer_key = {folder}/signer.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha512
accuracy = secs:1, millisecs:500, microsecs:100
ess_cert_id_chain = no
ess_cert_id_alg = sha256
"""
EXTENSIONS = "extendedKeyUsage = critical,timeStamping\nkeyUsage = critical,digitalSignature\n"


@dataclass(frozen=True, slots=True)
class Authority:
    """`folder` holds root.pem, foreign.pem (another root), and the signer's certificate."""

    folder: Path

    def root(self, name: str = "root") -> bytes:
        """A root certificate, PEM."""
        return (self.folder / f"{name}.pem").read_bytes()

    @contextmanager
    def without_accuracy(self) -> Iterator[None]:
        """Replies do not say how exact their time is."""
        whole = (self.folder / "tsa.cnf").read_text()
        (self.folder / "tsa.cnf").write_text(re.sub("accuracy = .*", "", whole))
        yield
        (self.folder / "tsa.cnf").write_text(whole)

    def openssl_verifies(self, note: bytes, receipt: bytes) -> bool:
        """What the documented command says."""
        (self.folder / "note.txt").write_bytes(note)
        (self.folder / "receipt.tsr").write_bytes(receipt)
        words = ("ts", "-verify", "-data", "note.txt", "-in", "receipt.tsr", "-CAfile", "root.pem")
        done = subprocess.run(["openssl", *words], cwd=self.folder, capture_output=True, timeout=30, check=False)
        return done.returncode == 0

    def reply(self, query: bytes) -> bytes:
        """What `openssl ts -reply` answers."""
        (self.folder / "query.tsq").write_bytes(query)
        _openssl(self.folder, "ts", "-reply", "-config", "tsa.cnf", "-queryfile", "query.tsq", "-out", "reply.tsr")
        return (self.folder / "reply.tsr").read_bytes()


def create_authority(folder: Path) -> Authority:
    """A root, a signer under it, and a root that nobody trusts."""
    for root in ("root", "foreign"):
        _openssl(
            folder, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "3650",
            "-subj", f"/CN={root}", "-keyout", f"{root}.key", "-out", f"{root}.pem",
            "-addext", "keyUsage=critical,keyCertSign",
        )  # fmt: skip
    (folder / "signer.ext").write_text(EXTENSIONS)
    _openssl(
        folder, "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
        "-subj", "/CN=Local TSA", "-keyout", "signer.key", "-out", "signer.csr",
    )  # fmt: skip
    _openssl(
        folder, "x509", "-req", "-in", "signer.csr", "-CA", "root.pem", "-CAkey", "root.key", "-set_serial", "7",
        "-days", "3650", "-extfile", "signer.ext", "-out", "signer.pem",
    )  # fmt: skip
    (folder / "serial").write_text("01\n")
    (folder / "tsa.cnf").write_text(CONFIGURATION.format(folder=folder))
    return Authority(folder)


@contextmanager
def serving(authority: Authority, replies: list[bytes] | None = None) -> Iterator[str]:
    """The authority's address. `replies` are given instead of the truth, one per request."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            query = self.rfile.read(int(self.headers["Content-Length"]))
            body = replies.pop(0) if replies else authority.reply(query)
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Silence."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


def _openssl(folder: Path, *words: str) -> None:
    done = subprocess.run(["openssl", *words], cwd=folder, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 0, done.stderr
