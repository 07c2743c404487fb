"""Floor 4: a received body on its way to a stored signal: read, verify, prove, store, announce; logs are witnessed."""

from alpine_core.intake.intake import Intake
from alpine_core.intake.integrity import Integrity
from alpine_core.intake.log_vigil import LogVigil
from alpine_core.intake.mirroring import LedgerReceipt, Mirroring
from alpine_core.intake.realised_intake import RealisedIntake
from alpine_core.intake.sealing import Sealing
from alpine_core.intake.spot_check import SpotCheck
from alpine_core.intake.witness import Witness

__all__ = [
    "Intake",
    "Integrity",
    "LedgerReceipt",
    "LogVigil",
    "Mirroring",
    "RealisedIntake",
    "Sealing",
    "SpotCheck",
    "Witness",
]
