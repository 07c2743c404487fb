"""Receivers over HTTP: a distributor and executors. Extra `http`."""

from argo_core.adapters.http.distributor import DistributorPublisher
from argo_core.adapters.http.executor import ExecutorPublisher
from argo_core.adapters.http.ledger_link import LedgerLink
from argo_core.adapters.http.mirror import HttpMirror
from argo_core.adapters.http.reports import ReportPublisher
from argo_core.adapters.http.sender import Receiver, Sender
from argo_core.adapters.http.signature import Signer, readable_secrets, secret_bytes
from argo_core.adapters.http.trial import Trial, try_body, try_distributor
from argo_core.adapters.http.witness import HttpWitness

__all__ = [
    "DistributorPublisher",
    "ExecutorPublisher",
    "HttpMirror",
    "HttpWitness",
    "LedgerLink",
    "Receiver",
    "ReportPublisher",
    "Sender",
    "Signer",
    "Trial",
    "readable_secrets",
    "secret_bytes",
    "try_body",
    "try_distributor",
]
