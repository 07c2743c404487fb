"""Scripts of others lie in the repository, and are exactly what the manifest says."""

from __future__ import annotations

import json
import re
from pathlib import Path

from argo_server.web.static_files import FOLDER
from scripts.vendor_console import FILES, subresource_integrity
from tests.argo.server.web.conftest import Client

ROOT = Path(__file__).parents[4]
VENDOR = FOLDER / "vendor"


def manifest() -> dict[str, dict[str, str]]:
    files: dict[str, dict[str, str]] = json.loads((VENDOR / "manifest.json").read_text())["files"]
    return files


def test_each_vendored_file_is_in_the_manifest_and_matches_it() -> None:
    lying = {path.name: path.read_bytes() for path in VENDOR.iterdir() if path.name != "manifest.json"}
    assert {name: subresource_integrity(content) for name, content in lying.items()} == {
        name: entry["sha384"] for name, entry in manifest().items()
    }
    assert lying.keys() == FILES.keys()


def test_a_changed_byte_changes_the_hash() -> None:
    assert subresource_integrity(b"abc") == "sha384-ywB1P0WjXou1oD1pmsZQBycsMqsO3tFjGotgWkP/W+2AhgcroefMI1i67KE0yCWn"
    assert subresource_integrity(b"abd") != subresource_integrity(b"abc")


def test_the_manifest_the_package_file_and_the_lock_name_one_exact_version() -> None:
    wanted = json.loads((ROOT / "package.json").read_text())["dependencies"]
    locked = json.loads((ROOT / "package-lock.json").read_text())["packages"]["node_modules/htmx.org"]
    assert wanted == {"htmx.org": "4.0.1"}
    assert locked["version"] == json.loads((VENDOR / "manifest.json").read_text())["version"] == "4.0.1"


def test_the_lock_holds_hashes_and_no_address() -> None:
    lock = (ROOT / "package-lock.json").read_text()
    assert "sha512-" in lock
    assert "resolved" not in lock
    assert "://" not in lock


async def test_pages_pin_each_script_by_its_hash(client: Client) -> None:
    page = (await client.get("/")).text
    pinned = dict(re.findall(r'src="/static/vendor/([^"]+)" integrity="([^"]+)"', page))
    assert pinned == {name: manifest()[name]["sha384"] for name in ("htmx.min.js", "hx-sse.min.js")}


async def test_static_files_are_served_with_their_type(client: Client) -> None:
    kinds = {name: (await client.get(f"/static/{name}")).headers["content-type"] for name in ("brand.css", "icon.svg")}
    assert kinds == {"brand.css": "text/css; charset=utf-8", "icon.svg": "image/svg+xml"}
    script = await client.get("/static/vendor/htmx.min.js")
    assert "javascript" in script.headers["content-type"]
    assert script.content == (VENDOR / "htmx.min.js").read_bytes()
