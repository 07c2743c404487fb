"""Floor 2: bytes of the published formats into values, strictly. What does not fit exactly is refused with a code."""

from alpine_core.wire.batch import read_signals
from alpine_core.wire.envelope import Envelope, read_signal
from alpine_core.wire.json_text import read_object
from alpine_core.wire.limits import BATCH_BYTES, BATCH_ITEMS, SIGNAL_BYTES
from alpine_core.wire.marks import read_marks
from alpine_core.wire.outcomes import read_outcomes
from alpine_core.wire.schemas import SCHEMA_NAMES, schema_json

__all__ = [
    "BATCH_BYTES",
    "BATCH_ITEMS",
    "SCHEMA_NAMES",
    "SIGNAL_BYTES",
    "Envelope",
    "read_marks",
    "read_object",
    "read_outcomes",
    "read_signal",
    "read_signals",
    "schema_json",
]
