"""Floor 3: which frames a subscriber still has to get, and when one is too slow. The event loop is the adapter's."""

from alpine_core.fanout.frame import Frame
from alpine_core.fanout.open_streams import OpenStreams
from alpine_core.fanout.reader import Lagged, Reader
from alpine_core.fanout.record_tracing import RecordTracing
from alpine_core.fanout.ring import Ring

__all__ = ["Frame", "Lagged", "OpenStreams", "Reader", "RecordTracing", "Ring"]
