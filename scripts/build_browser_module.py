"""Joins apps/alpine_web/browser into static/verify.js, and that with its page's parts into verify-offline.html.

`python scripts/build_browser_module.py` writes both; with `--check` it only says whether they are current.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
SOURCES = ROOT / "apps" / "alpine_web" / "browser"
STATIC = ROOT / "apps" / "alpine_web" / "src" / "alpine_web" / "web" / "static"
MODULE = STATIC / "verify.js"
OFFLINE = STATIC / "verify-offline.html"
OFFLINE_SCRIPTS = ("verify.js", "policy.js", "trust.js", "report.js", "verify-bundle.js")
OFFLINE_STYLES = ("brand.css", "app.css")
FORM = STATIC.parent / "templates" / "parts" / "bundle_form.html"
ORDER = ("bytes.js", "signal.js", "merkle.js", "note.js", "history.js", "report.js")
PUBLIC = frozenset(
    "FIELDS NUMBERS NULLABLE VerifyError canonical signalHash verifyLegacy sameHash commitment leafHash "
    "verifyInclusion verifyConsistency parseVkey openCheckpoint verifyProof historyKey advance openStore "
    "verifySignal".split()
)
HEAD = "// Made from apps/alpine_web/browser\n"
EXPORT = re.compile(r"export (?=(?:async )?(?:function|const|class) (\w+))")
LEFT_OUT = re.compile(r'\s*//.*|"use strict";|import \{[^}]*\} from "[^"]*";|\s*')


IMPORT = re.compile(r'import \{[^}]*\} from "[^"]*";')
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy"
  content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<title>Verify a signal offline</title>
<style>
{styles}
</style>
</head>
<body>
<main id="main">
<h1>Verify a signal</h1>
<p>This file asks nobody: everything is computed here. Nothing leaves your machine.</p>
<section class="card">
<h2>Whom you trust</h2>
<label>Policy: the log's key and its witnesses', from a source that you trust
<textarea id="policy" rows="5" spellcheck="false" autocomplete="off"></textarea></label>
</section>
{form}
</main>
<script type="module">
{code}
</script>
</body>
</html>
"""


def joined_module() -> str:
    """The sources as one module, in the order in which they need each other; code lines keep all but indentation."""
    lines = [line for name in ORDER for line in (SOURCES / name).read_text("utf-8").splitlines()]
    code = [EXPORT.sub(_public, line.lstrip()) for line in lines if not LEFT_OUT.fullmatch(line)]
    return HEAD + "\n".join(code) + "\n"


def _public(found: re.Match[str]) -> str:
    return found[0] if found[1] in PUBLIC else ""


def products() -> dict[Path, str]:
    """What is made, by path."""
    module = joined_module()
    return {MODULE: module, OFFLINE: offline_page(module)}


def offline_page(module: str) -> str:
    """One file with everything in it: opened from a disk it needs nothing else, and its policy lets it ask nobody."""
    styles = "\n".join((STATIC / name).read_text("utf-8") for name in OFFLINE_STYLES)
    scripts = [module if name == "verify.js" else (STATIC / name).read_text("utf-8") for name in OFFLINE_SCRIPTS]
    code = "\n".join(_inlined(script) for script in scripts)
    return PAGE.format(styles=styles, form=FORM.read_text("utf-8"), code=code)


def _inlined(script: str) -> str:
    lines = [line for line in script.splitlines() if not IMPORT.fullmatch(line) and line != '"use strict";']
    body = "\n".join(line.removeprefix("export ") for line in lines)
    names = sorted(set(re.findall(r"^export (?:async )?(?:function|const|class) (\w+)", script, re.MULTILINE)))
    # Each script keeps its own names to itself, as a module does; what it exports it hands on.
    handed = f"const {{ {', '.join(names)} }} = (() => {{\n{body}\nreturn {{ {', '.join(names)} }};\n}})();"
    return handed if names else f"(() => {{\n{body}\n}})();"


def main(words: list[str]) -> int:
    """Write, or with --check compare; 1 if something was not current."""
    stale = [path for path, text in products().items() if not path.exists() or path.read_text("utf-8") != text]
    if "--check" in words:
        for path in stale:
            print(f"{path.relative_to(ROOT)} is not current: run python scripts/build_browser_module.py")
        return 1 if stale else 0
    for path in stale:
        path.write_text(products()[path], "utf-8")
        print(f"wrote {path.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
