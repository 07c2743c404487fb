"""Which of a model's citations count: those that the vendor itself reported as read, from places that we allow."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from argo_core.model.opinion_answer import Citation
from argo_core.sources.opinion_schema import CitedPage
from argo_core.sources.opinion_text import plain

CLAIM_LENGTH = 300
ADDRESS_LENGTH = 2000
# RFC 3986 section 3, of it only what a news page's address needs: no user, no literal address of version 6.
_WEB_ADDRESS = re.compile(
    r"(?P<scheme>https?)://(?P<host>[^/?#@:\\\[\]]+)(?P<port>:\d{1,5})?(?P<path>/[^?#]*)?(?P<query>\?[^#]*)?(?:#.*)?",
    re.IGNORECASE,
)
_Key = tuple[str, str, str, str, str]


def sound_citations(
    cited: Iterable[CitedPage], reported: Iterable[str], domains: Collection[str] = ()
) -> tuple[Citation, ...]:
    """The cited pages that are among the reported ones, each once, in the model's order; all others are dropped.

    Two addresses are the same if they differ only in the case of scheme and host, a fragment or a final slash. The
    address kept is the vendor's. Without any of `domains` every host is allowed; a domain allows its subdomains.
    """
    known = {key: address for address in reported if (key := _key_of(address)) is not None}
    kept: dict[_Key, Citation] = {}
    for page in cited:
        key = _key_of(page.url)
        if key is not None and key in known and key not in kept and _is_allowed(key, domains):
            kept[key] = Citation(url=known[key], claim=plain(page.claim, CLAIM_LENGTH))
    return tuple(kept.values())


def supported_confidence(confidence: float, citations: Collection[Citation], unsourced_cap: float) -> float:
    """The confidence, 0–100, but at most `unsourced_cap` if it rests on nothing that anybody read."""
    return confidence if citations else min(confidence, unsourced_cap)


def _key_of(address: str) -> _Key | None:
    """What makes an address the same as another; None for what is no web address, or has hidden characters."""
    if len(address) > ADDRESS_LENGTH or not address.isprintable() or " " in address:
        return None
    found = _WEB_ADDRESS.fullmatch(address)
    if found is None:
        return None
    part = found.groupdict(default="")
    return part["scheme"].lower(), part["host"].lower(), part["port"], part["path"].rstrip("/"), part["query"]


def _is_allowed(key: _Key, domains: Collection[str]) -> bool:
    host = key[1]
    return not domains or any(host == domain or host.endswith(f".{domain}") for domain in domains)
