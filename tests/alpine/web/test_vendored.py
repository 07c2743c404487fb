"""Scripts of others lie in the repository, at one exact version, and are exactly what the manifest says."""

from __future__ import annotations

import json
from typing import Any

from alpine_web.web.static_files import FOLDER, read_static
from scripts.vendor_alpine import COPIED, integrity_of

VENDOR = FOLDER / "vendor"


def manifest() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((VENDOR / "manifest.json").read_text())
    return found


def test_each_vendored_file_is_in_the_manifest_and_matches_it() -> None:
    lying = {path.name: path.read_bytes() for path in VENDOR.iterdir() if path.name != "manifest.json"}
    assert {name: integrity_of(content) for name, content in lying.items()} == {
        name: entry["sha384"] for name, entry in manifest()["files"].items()
    }
    assert lying.keys() == {name for names in COPIED.values() for name in names}


def test_versions_and_licences_are_the_chosen_ones() -> None:
    assert manifest()["packages"] == {
        "htmx.org": {"version": "4.0.1", "licence": "BSD-0-Clause"},
        "uplot": {"version": "1.6.32", "licence": "MIT"},
    }
    assert "Permission is hereby granted" in (VENDOR / "LICENSE.uplot.txt").read_text()
    assert "Zero-Clause BSD" in (VENDOR / "LICENSE.htmx.txt").read_text()


def test_a_changed_byte_changes_the_hash() -> None:
    assert integrity_of(b"abc") == "sha384-ywB1P0WjXou1oD1pmsZQBycsMqsO3tFjGotgWkP/W+2AhgcroefMI1i67KE0yCWn"
    assert integrity_of(b"abd") != integrity_of(b"abc")


def test_static_files_have_types_and_versions_by_content() -> None:
    files = read_static(FOLDER)
    kinds = {name: files[name].media_type for name in ("app.css", "verify.js", "icon.svg", "vendor/manifest.json")}
    assert kinds == {
        "app.css": "text/css",
        "verify.js": "text/javascript",
        "icon.svg": "image/svg+xml; charset=utf-8",
        "vendor/manifest.json": "application/json; charset=utf-8",
    }
    assert len({file.version for file in files.values()}) == len(files)
