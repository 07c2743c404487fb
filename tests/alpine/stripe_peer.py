"""A stateful Stripe on loopback, as far as subscriptions, checkout and the portal go: real HTTP, forms, keys of
idempotence, errors, signed webhooks. Checked with Stripe's own SDK as its client."""

from __future__ import annotations

import itertools
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import stripe

KEY = "sk_test_of_these_tests"
SECRET, OLDER_SECRET = "whsec_of_these_tests", "whsec_of_before"
VERSION = "2026-10-28.endive"
START = 1_795_225_870
MONTH = 2_592_000

Json = dict[str, Any]


@dataclass
class StripePeer:
    """`fail_next`: statuses of the next answers, before anything is done; 0 lets one through.
    `asked`: method, path, headers of each."""

    url: str = ""
    prices: dict[str, Json] = field(default_factory=dict)
    sessions: dict[str, Json] = field(default_factory=dict)
    subscriptions: dict[str, Json] = field(default_factory=dict)
    invoices: dict[str, Json] = field(default_factory=dict)
    schedules: dict[str, Json] = field(default_factory=dict)
    events: list[Json] = field(default_factory=list)
    fail_next: list[int] = field(default_factory=list)
    asked: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    _keys: dict[str, tuple[list[tuple[str, str]], Json]] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    now: int = START

    def add_price(self, name: str, cents: int, currency: str = "usd") -> None:
        """A monthly price."""
        self.prices[name] = {
            "id": name,
            "object": "price",
            "active": True,
            "currency": currency,
            "unit_amount": cents,
            "recurring": {"interval": "month", "interval_count": 1},
        }

    def pay(self, session_id: str, *, paid: bool = True) -> str:
        """Somebody fills in the checkout page; the subscription that comes of it. Unpaid: the money is on its way."""
        session = self.sessions[session_id]
        price = session["line_items"][0]["price"]
        name = f"sub_{next(self._numbers)}"
        self.subscriptions[name] = {
            "id": name,
            "object": "subscription",
            "customer": session["customer"] or f"cus_{next(self._numbers)}",
            "status": "active",
            "metadata": session["subscription_metadata"],
            "cancel_at": None,
            "cancel_at_period_end": False,
            "schedule": None,
            "items": {
                "object": "list",
                "data": [{"id": "si_1", "price": self.prices[price], "current_period_end": self.now + MONTH}],
            },
        }
        self.bill(name, paid=paid)
        session |= {
            "status": "complete",
            "payment_status": "paid" if paid else "unpaid",
            "subscription": name,
            "customer": self.subscriptions[name]["customer"],
        }
        self.tell("checkout.session.completed", session)
        self.tell("customer.subscription.created", self.subscriptions[name])
        return name

    def bill(self, name: str, *, paid: bool) -> None:
        """A new invoice for the subscription."""
        it = self.subscriptions[name]
        price = it["items"]["data"][0]["price"]
        number = f"in_{next(self._numbers)}"
        self.invoices[number] = {
            "id": number,
            "object": "invoice",
            "status": "paid" if paid else "open",
            "amount_paid": price["unit_amount"] if paid else 0,
            "currency": price["currency"],
            "created": self.now,
            "status_transitions": {"paid_at": self.now if paid else None},
            "parent": {"type": "subscription_details", "subscription_details": {"subscription": name}},
        }
        it["latest_invoice"] = number
        self.tell("invoice.paid" if paid else "invoice.payment_failed", self.invoices[number])

    def renew(self, name: str, *, paid: bool) -> None:
        """The next period begins; a card that fails leaves a payment missing."""
        it = self.subscriptions[name]
        it["items"]["data"][0]["current_period_end"] += MONTH
        it["status"] = "active" if paid else "past_due"
        self.bill(name, paid=paid)
        self.tell("customer.subscription.updated", it)

    def change(self, name: str, **members: Any) -> None:
        """Set members of the subscription; `price` its price."""
        it = self.subscriptions[name]
        if "price" in members:
            it["items"]["data"][0]["price"] = self.prices[members.pop("price")]
        it |= members
        kind = "deleted" if it["status"] == "canceled" else "updated"
        self.tell(f"customer.subscription.{kind}", it)

    def tell(self, kind: str, about: Json) -> Json:
        """An event, as it looked then; nobody hears of it until it is delivered."""
        event = {
            "id": f"evt_{next(self._numbers)}",
            "object": "event",
            "api_version": VERSION,
            "created": self.now,
            "type": kind,
            "livemode": False,
            "pending_webhooks": 1,
            "request": {"id": None, "idempotency_key": None},
            "data": {"object": json.loads(json.dumps(about))},
        }
        self.events.append(event)
        return event

    def answer(self, method: str, path: str, given: list[tuple[str, str]], headers: dict[str, str]) -> tuple[int, Json]:
        """What the API says."""
        self.asked.append((method, path, headers))
        if self.fail_next and (status := self.fail_next.pop(0)):
            return status, _error("api_error", "", "An unknown error occurred")
        if headers.get("authorization") != f"Bearer {KEY}":
            return 401, _error("invalid_request_error", "", "Invalid API Key provided: sk_test_****1234")
        key = headers.get("idempotency-key", "")
        if method == "POST" and key in self._keys:
            before, said = self._keys[key]
            if before != given:
                return 400, _error(
                    "idempotency_error", "", "Keys for idempotent requests can only be used with the same"
                )
            return 200, said
        status, said = self._do(method, path.split("/")[2:], dict(given))
        if method == "POST" and key and status == 200:
            self._keys[key] = (given, said)
        return status, said

    def _do(self, method: str, path: list[str], given: dict[str, str]) -> tuple[int, Json]:
        match method, path:
            case "GET", ["prices", name] if name in self.prices:
                return 200, self.prices[name]
            case "POST", ["checkout", "sessions"]:
                return self._begin(given)
            case "POST", ["billing_portal", "sessions"]:
                url = f"{self.url}/p/session/{next(self._numbers)}"
                return 200, {"id": "bps_1", "object": "billing_portal.session", "url": url, **given}
            case "GET", ["subscriptions", name] if name in self.subscriptions:
                return 200, self._expanded(self.subscriptions[name])
            case "DELETE", ["subscriptions", name] if self.subscriptions[name]["status"] != "canceled":
                self.change(name, status="canceled")
                return 200, self.subscriptions[name]
        return 404, _error("invalid_request_error", "resource_missing", "No such object")

    def _begin(self, given: dict[str, str]) -> tuple[int, Json]:
        for name in ("mode", "success_url", "line_items[0][price]"):
            if name not in given:
                return 400, _error("invalid_request_error", "parameter_missing", f"Missing required param: {name}.")
        if given["line_items[0][price]"] not in self.prices:
            return 400, _error("invalid_request_error", "resource_missing", "No such price")
        name = f"cs_test_{next(self._numbers)}"
        start = "subscription_data[metadata]["
        self.sessions[name] = {
            "id": name,
            "object": "checkout.session",
            "mode": given["mode"],
            "status": "open",
            "payment_status": "unpaid",
            "customer": given.get("customer"),
            "customer_email": given.get("customer_email"),
            "client_reference_id": given.get("client_reference_id"),
            "subscription": None,
            "success_url": given["success_url"],
            "cancel_url": given.get("cancel_url"),
            "url": f"{self.url}/c/pay/{name}",
            "line_items": [{"price": given["line_items[0][price]"]}],
            "subscription_metadata": {
                key.removeprefix(start)[:-1]: value for key, value in given.items() if key.startswith(start)
            },
        }
        return 200, self.sessions[name]

    def _expanded(self, it: Json) -> Json:
        invoice = self.invoices.get(it.get("latest_invoice", ""))
        return {**it, "latest_invoice": invoice, "schedule": self.schedules.get(it.get("schedule") or "")}


def signed(event: Json, *secrets: str, at: int | None = None) -> tuple[bytes, str]:
    """Body and header of a webhook, signed by the SDK with one secret or with two."""
    body = json.dumps(event, indent=1)
    time = START if at is None else at
    headers = [
        stripe.WebhookSignature.generate_signature_header(body, secret, timestamp=time)
        for secret in secrets or (SECRET,)
    ]
    marks = [header.split(",", 1)[1] for header in headers]
    return body.encode(), ",".join([f"t={time}", *marks])


@contextmanager
def running_peer() -> Iterator[StripePeer]:
    """The peer with three prices, on a free port."""
    peer = StripePeer()
    for name, cents in (("price_basic", 1900), ("price_premium", 4900), ("price_whole", 49900)):
        peer.add_price(name, cents)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _any(self) -> None:
            parts = urlsplit(self.path)
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            headers = {name.lower(): value for name, value in self.headers.items()}
            if parts.path.startswith(("/c/pay/", "/p/session/")):
                self._page(parts.path)
                return
            given = parse_qsl(raw or parts.query, keep_blank_values=True)
            status, said = peer.answer(self.command, parts.path, given, headers)
            self._send(status, json.dumps(said).encode(), "application/json")

        def _page(self, path: str) -> None:
            session = path.rsplit("/", 1)[1]
            if self.command == "POST":
                peer.pay(session)
                self.send_response(303)
                self.send_header("Location", peer.sessions[session]["success_url"])
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            head = '<!doctype html><html lang="en"><link rel="icon" href="data:,"><title>Pay</title>'
            form = f'{head}<form method="post"><button>Pay</button></form>'
            self._send(200, form.encode(), "text/html")

        def _send(self, status: int, body: bytes, media: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", media)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Tests do not read it."""

    for method in ("GET", "POST", "DELETE"):
        setattr(Handler, f"do_{method}", Handler._any)
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        peer.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield peer
        finally:
            server.shutdown()
            thread.join()


def _error(kind: str, code: str, message: str) -> Json:
    return {"error": {"type": kind, "code": code, "message": message}}
