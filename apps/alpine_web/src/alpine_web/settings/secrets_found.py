"""Where each secret was found."""

from __future__ import annotations

from datetime import UTC, datetime

from alpine_core.errors import OperatorError
from alpine_web.settings.secret_names import STORED_NAMES
from alpine_web.settings.shape import Settings

Row = tuple[str, str, str, datetime | None]


def secrets_found(settings: Settings) -> list[Row]:
    """Setting, name in the store, where it was found and since when it is there; never what it is. Raises OperatorError
    where the store does not answer."""
    if settings.stored.away is not None:
        raise OperatorError(settings.stored.away)
    file = settings.env_file
    written = None if file is None else datetime.fromtimestamp(file.stat().st_mtime, UTC)
    in_force = {name: (value, origin) for name, value, origin in settings.in_force}
    rows: list[Row] = []
    for setting, name in STORED_NAMES.items():
        value, origin = in_force[setting]
        stored = settings.stored.found.get(setting)
        where = origin if value else "not set"
        since = stored.changed_at if stored is not None else written if where == "file" else None
        rows.append((setting, name, where, since))
    return sorted(rows)
