"""The path between a source and its vendor. Extra `http` for `VendorHttp`."""

from argo_core.adapters.vendor_path.bars_codec import BarsBlob, from_blob, to_blob
from argo_core.adapters.vendor_path.document import Document
from argo_core.adapters.vendor_path.fetched import Fetched
from argo_core.adapters.vendor_path.http import HttpLimits, VendorHttp
from argo_core.adapters.vendor_path.layered_cache import LayeredCache
from argo_core.adapters.vendor_path.memory_cache import MemoryCache
from argo_core.adapters.vendor_path.path import VendorPath
from argo_core.adapters.vendor_path.request_meter import RequestMeter
from argo_core.adapters.vendor_path.secrets import Redacted
from argo_core.adapters.vendor_path.token_bucket import MemoryBudget
from argo_core.model.path_statistics import PathStatistics

__all__ = [
    "BarsBlob",
    "Document",
    "Fetched",
    "HttpLimits",
    "LayeredCache",
    "MemoryBudget",
    "MemoryCache",
    "PathStatistics",
    "Redacted",
    "RequestMeter",
    "VendorHttp",
    "VendorPath",
    "from_blob",
    "to_blob",
]
