"""Section `ledger` of `config.json`: under which name the log is kept, who watches it, and where its keys lie."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

Address = Annotated[str, Meta(pattern=r"^https?://[^\s/]+(/[^\s]*)?$")]
KeyName = Annotated[str, Meta(pattern=r"^[^\s+]+$", max_length=128)]


class WitnessAddress(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A further witness that speaks C2SP tlog-witness: the prefix before `/add-checkpoint`, and its vkey."""

    url: Address
    vkey: str


class AnchorAuthority(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An RFC 3161 time-stamping authority; without `url` there is none. `certificate_file`: its trusted root, PEM."""

    url: Annotated[str, Meta(pattern=r"^(https?://[^\s/]+(/[^\s]*)?)?$")] = ""
    certificate_file: str = ""
    interval_minutes: Annotated[float, Meta(ge=1, le=1440)] = 60.0


class LedgerRules(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The provable log. `stream` names the numbered sequence of signals; `log_folder` null keeps no JSON Lines files.

    `distributor_vkeys`: keys under which the distributor cosigns (witness and mirror); without them its lines are
    kept unverified.
    """

    origin: KeyName = "argo.localhost/signals"
    stream: Annotated[str, Meta(pattern=r"^[A-Za-z0-9._:-]{1,64}$")] = "main"
    key_folder: str | None = None
    reveal_after_hours: Annotated[float, Meta(gt=0, le=720)] = 24.0
    heartbeat_seconds: Annotated[float, Meta(ge=1, le=240)] = 60.0
    witnesses: tuple[WitnessAddress, ...] = ()
    distributor_vkeys: tuple[str, ...] = ()
    log_folder: str | None = "logs"
    anchor: AnchorAuthority = msgspec.field(default_factory=AnchorAuthority)
