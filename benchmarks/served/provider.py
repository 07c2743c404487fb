"""The provider's side of a measured server: bodies with their places in a log, in the order in which they are sent."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from alpine_core.testing.sample_log import SampleLog
from alpine_core.testing.samples import DETAILS, sample_members, sample_outcome

VOTES = [{**DETAILS["votes"][0], "source": f"source-{number}"} for number in range(6)]


class Provider:
    """One log, and how far the server has witnessed it: each body begins where the one before ended."""

    def __init__(self) -> None:
        self.log = SampleLog()
        self._witnessed = 0

    def signal(self, name: str) -> bytes:
        """The body of one signal, made a second ago."""
        return self._sealed([members_of(name)])[0]

    def signals(self, names: Sequence[str], **changed: Sequence[Any]) -> bytes:
        """The body of many signals of one cycle; `changed`: members, a value for each signal."""
        values = [{key: of[place] for key, of in changed.items()} for place in range(len(names))]
        members = [members_of(name, **one) for name, one in zip(names, values, strict=True)]
        return b'{"signals":[' + b",".join(self._sealed(members)) + b"]}"

    def outcomes(self, names: Sequence[str]) -> tuple[bytes, bytes]:
        """The body of the checkpoint that holds them, and that of the outcomes; the one is sent before the other."""
        sealed = [(sample_outcome(name), self.log.resolve(sample_outcome(name))) for name in names]
        proofs = self.log.tlog_proofs([seal.leaf_index for _, seal in sealed])
        ended = [
            {
                "signal_id": one.signal_id,
                "outcome": one.outcome,
                "result": one.result,
                "exit_price": one.exit_price,
                "exit_at": one.exit_at,
                "profit_loss_pct": one.profit_loss_pct,
                "leaf_index": seal.leaf_index,
                "entry": seal.entry,
                "tlog_proof": proof,
            }
            for (one, seal), proof in zip(sealed, proofs, strict=True)
        ]
        checkpoint = self.log.checkpoint_body(old_size=self._witnessed)
        self._witnessed = self.log.size
        return json.dumps(checkpoint).encode(), json.dumps({"outcomes": ended}).encode()

    def _sealed(self, signals: list[dict[str, Any]]) -> list[bytes]:
        places = [self.log.seal(members) for members in signals]
        step = {"old_size": self._witnessed, "consistency": self.log.consistency(self._witnessed)}
        self._witnessed = self.log.size
        proofs = self.log.tlog_proofs([each["leaf_index"] for each in places])
        return [
            json.dumps({**each, "tlog_proof": proof, **step}).encode()
            for each, proof in zip(places, proofs, strict=True)
        ]


def members_of(name: str, **changed: Any) -> dict[str, Any]:
    """Nine fields and six votes with evidence, about 1.6 kB."""
    now = f"{datetime.now(UTC) - timedelta(seconds=1):%Y-%m-%dT%H:%M:%S.%f}Z"
    return sample_members(name, **{**DETAILS, "votes": VOTES, "timestamp": now, "as_of": now, **changed})
