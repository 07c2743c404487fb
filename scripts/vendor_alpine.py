"""Copies the scripts that Alpine's pages use from unpacked packages, with a manifest of their hashes.

    npm pack htmx.org@4.0.1 uplot@1.6.32      (and unpack each into FOLDER/NAME)
    python -m scripts.vendor_alpine FOLDER

The copies are committed: neither a build nor a browser fetches anything from elsewhere.
"""

from __future__ import annotations

import base64
import hashlib
import json
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
TARGET = ROOT / "apps/alpine_web/src/alpine_web/web/static/vendor"
# package → the file's name here → where it lies in the package
COPIED = {
    "htmx.org": {
        "htmx.min.js": "dist/htmx.min.js",
        "hx-sse.min.js": "dist/ext/hx-sse.min.js",
        "LICENSE.htmx.txt": "LICENSE",
    },
    "uplot": {
        "uPlot.iife.min.js": "dist/uPlot.iife.min.js",
        "uPlot.min.css": "dist/uPlot.min.css",
        "LICENSE.uplot.txt": "LICENSE",
    },
}


def integrity_of(content: bytes) -> str:
    """`sha384-…` as browsers check it (W3C Subresource Integrity, section 3.1)."""
    return f"sha384-{base64.b64encode(hashlib.sha384(content).digest()).decode()}"


def vendor(modules: Path, target: Path) -> dict[str, object]:
    """Copy each file and return the manifest: version and licence by package, origin and hash by file."""
    packages, files = {}, {}
    for package, names in COPIED.items():
        about = json.loads((modules / package / "package.json").read_text())
        packages[package] = {"version": about["version"], "licence": about["license"]}
        for name, origin in names.items():
            content = (modules / package / origin).read_bytes()
            (target / name).write_bytes(content)
            files[name] = {"package": package, "from": origin, "sha384": integrity_of(content)}
    return {"packages": packages, "files": files}


def main() -> None:
    """Rewrite the vendored files."""
    TARGET.mkdir(parents=True, exist_ok=True)
    manifest = vendor(Path(sys.argv[1]), TARGET)
    (TARGET / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")
    print(f"{TARGET.relative_to(ROOT)}: {manifest['packages']}")


if __name__ == "__main__":
    main()
