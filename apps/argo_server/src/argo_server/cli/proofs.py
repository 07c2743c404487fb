"""What the commands of `argo ledger` ask of the stored records."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

from argo_core.errors import ConfigError, DataError
from argo_core.model.query import Page, SignalQuery
from argo_core.model.signal import LoggedSignal
from argo_core.pipeline.export_record import export_lines, policy_text
from argo_core.pipeline.prove import InclusionProof, PublishedCheckpoint
from argo_core.pipeline.prove_decision import DecisionProof, prove_decision
from argo_server.cli.progress import shown_progress
from argo_server.services import Records


async def newest_checkpoint(records: Records) -> tuple[PublishedCheckpoint, list[str]]:
    """The checkpoint, and the vkeys of the keys that lie on this machine."""
    return await records.ledger.prover.checkpoint(), [key.vkey for key in records.ledger.log_keys]


def labelled(query: SignalQuery) -> Callable[[Records], Awaitable[tuple[Page[LoggedSignal], frozenset[str]]]]:
    """A page of signals, and the ids of those that are sealed in the log."""

    async def read(records: Records) -> tuple[Page[LoggedSignal], frozenset[str]]:
        page = await records.signals.signals(query)
        return page, await records.ledger.places.sealed([one.sealed.signal.signal_id for one in page.items])

    return read


def entry_proof(index: int, size: int | None) -> Callable[[Records], Awaitable[InclusionProof]]:
    """Of an entry by its index."""
    return lambda records: records.ledger.prover.inclusion(index, size)


def signal_proof(signal_id: str, size: int | None) -> Callable[[Records], Awaitable[InclusionProof]]:
    """Of the entry that commits to a signal. Raises DataError `not_logged`."""

    async def prove(records: Records) -> InclusionProof:
        places = await records.ledger.places.signal(signal_id)
        if places is None:
            raise DataError("not_logged", f"no signal {signal_id} is sealed in the log: list them with: argo signals")
        return await records.ledger.prover.inclusion(places.seal.leaf_index, size)

    return prove


def decision_proof(decision_id: str, size: int | None) -> Callable[[Records], Awaitable[DecisionProof]]:
    """Of a decision among those of its day."""
    return lambda records: prove_decision(decision_id, records.ledger.places, records.ledger.prover, size)


async def write_export(records: Records, file: Path) -> int:
    """The number of entries written. Raises ConfigError for a file that cannot be written."""
    ledger = records.ledger
    policy = policy_text(ledger.log_keys, ledger.witness_keys)
    size = (await ledger.prover.checkpoint()).size
    progress, written = shown_progress("entries"), -1
    try:
        with file.open("wb") as target:
            async for line in export_lines(ledger.prover, ledger.reader, policy, records.clock.now()):
                target.write(line)
                written += 1
                progress(min(written, size), size)
    except OSError as error:
        raise ConfigError(f"{file}: {error.strerror}: name a file that can be written") from error
    return written
