"""The couriers of a generator: one per receiver that the settings name."""

from __future__ import annotations

import random
from collections.abc import Iterator

import httpx

from argo_core.adapters.http import DistributorPublisher, ExecutorPublisher, Receiver, Sender
from argo_core.adapters.http.ledger_link import LedgerLink
from argo_core.errors import ConfigError
from argo_core.pipeline import Delivery, Routes, Stages
from argo_core.pipeline.cosigning import Cosigning
from argo_core.pipeline.keep_secrets import SecretKeeper
from argo_core.pipeline.ledger_feed import LedgerFeed
from argo_core.ports import Clock, LedgerReader, Outbox, Publisher, Tracer
from argo_server.courier import Courier
from argo_server.settings.shape import ConfigFile
from argo_server.wiring.distributor import distributor_sender

DISTRIBUTOR = "distributor"


def routes_of(file: ConfigFile) -> Routes:
    """Whose streams a cycle writes to: messages for a receiver without a key wait until it has one."""
    return Routes(distributors=(DISTRIBUTOR,), executors=tuple(map(topic_of, file.signal_generation.distribute_to)))


def topic_of(executor: str) -> str:
    """The name of an executor's stream."""
    return f"executor.{executor}"


def couriers_of(
    file: ConfigFile,
    outbox: Outbox,
    clock: Clock,
    client: httpx.AsyncClient,
    cosigning: Cosigning,
    stages: Stages,
    secrets: SecretKeeper | None = None,
) -> tuple[Courier, ...]:
    """A courier per receiver, for what `stages` leaves. Raises ConfigError for an executor without an address."""
    tracer, traces = stages.tracer, stages.traces

    def delivery(topic: str, publisher: Publisher | None) -> Delivery | None:
        lines = cosigning if topic == DISTRIBUTOR else None
        return None if publisher is None else Delivery(topic, outbox, publisher, clock, lines, tracer, traces)

    return tuple(
        Courier(topic, delivery(topic, publisher), clock, random.random)
        for topic, publisher in _publishers(file, client, clock, cosigning.reader, tracer, secrets)
    )


def _publishers(
    file: ConfigFile,
    client: httpx.AsyncClient,
    clock: Clock,
    reader: LedgerReader,
    tracer: Tracer,
    secrets: SecretKeeper | None,
) -> Iterator[tuple[str, Publisher | None]]:
    keyed = bool(file.alpine.api_key)
    yield DISTRIBUTOR, distributor_publisher(file, client, clock, reader, tracer, secrets) if keyed else None
    for executor in file.signal_generation.distribute_to:
        key, url = file.distribution.api_key, executor_url(file, executor)
        sender = Sender(client, Receiver(url, key), tracer=tracer)
        yield topic_of(executor), ExecutorPublisher(sender) if key else None


def distributor_publisher(
    file: ConfigFile,
    client: httpx.AsyncClient,
    clock: Clock,
    reader: LedgerReader,
    tracer: Tracer,
    secrets: SecretKeeper | None = None,
) -> DistributorPublisher:
    """Delivers signals under the log's proofs, and keeps the distributor's mirror going."""
    sender = distributor_sender(file, client, clock, secrets, tracer)
    return DistributorPublisher(sender, LedgerLink(sender, LedgerFeed(reader)))


def executor_url(file: ConfigFile, executor: str) -> str:
    """Where an executor listens. Raises ConfigError."""
    try:
        return file.distribution.executors[executor].rstrip("/")
    except KeyError as error:
        raise ConfigError(
            f"signal_generation.distribute_to names {executor!r}: give its address under distribution.executors"
        ) from error
