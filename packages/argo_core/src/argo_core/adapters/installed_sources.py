"""Sources that other packages bring, found by the entry point `argo_core.sources`.

A package declares in its own pyproject `[project.entry-points."argo_core.sources"]` and `my_momentum = "my.module:it"`,
where `it` is what the decorator `@source` made, or any object that keeps the promise of the port Source.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib.metadata import entry_points

from argo_core.errors import ConfigError
from argo_core.model.source import SourceSpec
from argo_core.ports.source import Source

ENTRY_POINTS = "argo_core.sources"


def source_packages(names: Iterable[str]) -> list[str]:
    """The packages that bring these sources, those of other names left out."""
    return sorted({offer.module.partition(".")[0] for offer in entry_points(group=ENTRY_POINTS) if offer.name in names})


def installed_source(name: str) -> Source:
    """The source of that name. Raises ConfigError if no package offers it, two do, or it cannot be loaded."""
    offered = entry_points(group=ENTRY_POINTS)
    found = [offer for offer in offered if offer.name == name]
    if not found:
        known = ", ".join(sorted(offer.name for offer in offered)) or "none is installed"
        raise ConfigError(f"no installed package offers the source {name!r}: install one, or choose from: {known}")
    if len(found) > 1:
        raise ConfigError(f"{len(found)} packages offer a source {name!r}: uninstall all but one")
    try:
        loaded = found[0].load()
    except Exception as error:
        # Whatever a foreign module does while it is imported is a fault of its package, not of ours.
        raise ConfigError(
            f"source {name!r} ({found[0].value}) cannot be imported: {error!r}: mend its package"
        ) from error
    if not isinstance(getattr(loaded, "spec", None), SourceSpec) or not callable(getattr(loaded, "vote", None)):
        raise ConfigError(
            f"source {name!r} ({found[0].value}) is no source: make it with @source from argo_core.sources"
        )
    source: Source = loaded
    return source
