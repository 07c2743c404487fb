"""Static files, read once at start: no path that a request names ever reaches the file system."""

from __future__ import annotations

import hashlib
import mimetypes
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from litestar import Request, Response, get
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from alpine_web.web.packing import packed_file, takes_gzip

FOLDER = Path(__file__).parent / "static"
A_YEAR_SECONDS = 31_536_000

AnyRequest = Request[Any, Any, Any]


@dataclass(frozen=True, slots=True)
class StaticFile:
    """`version` is the beginning of the content's SHA-256: part of the address, so that a copy may be kept for good."""

    content: bytes
    media_type: str
    version: str


def read_static(*folders: Path) -> Mapping[str, StaticFile]:
    """Every file below the folders by its relative path; what a later folder holds stands in for an earlier one's."""
    return {name: _read(path) for folder in folders for name, path in _files(folder)}


def static_route(files: Mapping[str, StaticFile]) -> HTTPRouteHandler:
    """`GET /static/{path}`."""

    @get("/static/{name:path}", include_in_schema=False, sync_to_thread=False)
    def static(request: AnyRequest, name: FromPath[Path]) -> Response[bytes]:
        """A file; kept for a year under the address with its version, else asked for again each time."""
        found = files.get(name.as_posix().lstrip("/"))
        if found is None:
            raise NotFoundException
        kept = request.query_params.get("v") == found.version
        packed = packed_file(found.content) if takes_gzip(request.headers) else None
        headers = {
            "Cache-Control": f"public, max-age={A_YEAR_SECONDS}, immutable" if kept else "no-cache",
            # Each form has a tag of its own (RFC 9110, section 8.8.3.3).
            "ETag": f'"{found.version}"' if packed is None else f'"{found.version}.gz"',
            "Vary": "Accept-Encoding",
        }
        if request.headers.get("if-none-match") == headers["ETag"]:
            return Response(b"", status_code=304, headers=headers, media_type=found.media_type)
        if packed is not None:
            headers["Content-Encoding"] = "gzip"
        return Response(packed or found.content, headers=headers, media_type=found.media_type)

    return static


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path.relative_to(folder).as_posix(), path


def _read(path: Path) -> StaticFile:
    content = path.read_bytes()
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    # The framework adds the charset to text/*, and to nothing else.
    kind = f"{kind}; charset=utf-8" if kind in ("application/json", "image/svg+xml") else kind
    return StaticFile(content, kind, hashlib.sha256(content).hexdigest()[:16])
