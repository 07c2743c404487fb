"""Static files, read once at start: no path of a request ever reaches the file system."""

from __future__ import annotations

import hashlib
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from argo_server.web.queries import AnyRequest

FOLDER = Path(__file__).parent / "static"


@dataclass(frozen=True, slots=True)
class StaticFile:
    """`tag` changes with the content."""

    content: bytes
    media_type: str
    tag: str


def read_static(folder: Path = FOLDER) -> dict[str, StaticFile]:
    """Every file under `folder` by its path from there."""
    return {path.relative_to(folder).as_posix(): _read(path) for path in sorted(folder.rglob("*")) if path.is_file()}


def static_route(files: Mapping[str, StaticFile]) -> HTTPRouteHandler:
    """`/static/…`, revalidated by entity tag."""

    @get("/static/{name:path}", include_in_schema=False, sync_to_thread=False)
    def static(name: FromPath[str], request: AnyRequest) -> Response[bytes]:
        file = files.get(name.removeprefix("/"))
        if file is None:
            raise NotFoundException
        headers = {"ETag": file.tag, "Cache-Control": "no-cache"}
        if request.headers.get("if-none-match") == file.tag:
            return Response(b"", status_code=304, headers=headers, media_type=file.media_type)
        return Response(file.content, headers=headers, media_type=file.media_type)

    return static


def _read(path: Path) -> StaticFile:
    content = path.read_bytes()
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    return StaticFile(content, kind, tag)
