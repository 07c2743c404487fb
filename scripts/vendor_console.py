"""Copies the console's scripts from node_modules into its static folder, with a manifest of their hashes.

    npm ci --ignore-scripts && python -m scripts.vendor_console

A newer version: npm install --ignore-scripts --omit-lockfile-registry-resolved --save-exact htmx.org@VERSION
(the option keeps registry addresses out of the lock). The copies are committed: neither a build nor a browser fetches
anything from elsewhere.
"""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path

ROOT = Path(__file__).parents[1]
TARGET = ROOT / "apps/argo_server/src/argo_server/web/static/vendor"
PACKAGE = "htmx.org"
FILES = {"htmx.min.js": "dist/htmx.min.js", "hx-sse.min.js": "dist/ext/hx-sse.min.js", "LICENSE.htmx.txt": "LICENSE"}


def subresource_integrity(content: bytes) -> str:
    """`sha384-…` as browsers check it (W3C Subresource Integrity, section 3.1)."""
    return f"sha384-{base64.b64encode(hashlib.sha384(content).digest()).decode()}"


def vendor(modules: Path, target: Path) -> dict[str, object]:
    """Copy each file and return the manifest."""
    package = modules / PACKAGE
    about = json.loads((package / "package.json").read_text())
    files = {}
    for name, origin in FILES.items():
        content = (package / origin).read_bytes()
        (target / name).write_bytes(content)
        files[name] = {"from": origin, "sha384": subresource_integrity(content)}
    return {"package": PACKAGE, "version": about["version"], "licence": about["license"], "files": files}


def main() -> None:
    """Rewrite the vendored files."""
    TARGET.mkdir(parents=True, exist_ok=True)
    manifest = vendor(ROOT / "node_modules", TARGET)
    (TARGET / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")
    print(f"{TARGET.relative_to(ROOT)}: {manifest['package']} {manifest['version']}")


if __name__ == "__main__":
    main()
