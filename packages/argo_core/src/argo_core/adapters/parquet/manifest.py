"""The one file that says what a library holds: whatever it does not name does not count."""

from __future__ import annotations

from pathlib import Path

import msgspec

from argo_core.adapters.parquet.kept_file import file_errors, keep
from argo_core.errors import StoreError
from argo_core.model.stored_series import SeriesVersions

FORM = 1
NAME = "manifest.json"


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """Every series of the library with all its versions, by key."""

    form: int = FORM
    series: tuple[SeriesVersions, ...] = ()


def read_manifest(folder: Path) -> Manifest:
    """An empty one where there is none yet. Raises StoreError for one that cannot be read."""
    path = folder / NAME
    with file_errors(path):
        if not path.exists():
            return Manifest()
        text = path.read_bytes()
    try:
        manifest = msgspec.json.decode(text, type=Manifest)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise StoreError(f"{path} is damaged ({error}): restore it from a backup") from error
    if manifest.form != FORM:
        raise StoreError(f"{path} has form {manifest.form}, this program reads {FORM}: install the argo that wrote it")
    return manifest


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """The line of no return of an import: before it the library is the old one, after it the new one."""
    encoded = msgspec.json.encode(manifest, order="sorted")
    keep(folder / NAME, msgspec.json.format(encoded, indent=1))
