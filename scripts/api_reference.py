"""Write the API reference from docstrings: one Markdown page for each sub-package, and an index.

Run: `make docs`, or `python scripts/api_reference.py FOLDER`. It reads source and imports nothing, so that a page shows
what stands in the files. Private names, and modules without a public name, are left out.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CORES = {"argo_core": "packages/argo_core/src", "alpine_core": "packages/alpine_core/src"}
Named = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Page:
    """One sub-package: dotted name, the first line of its docstring and its Markdown."""

    name: str
    summary: str
    markdown: str


def pages_of(core: str, source: Path) -> Iterator[Page]:
    """One page for each sub-package of a core, in alphabetical order, and one for the core's own modules."""
    root = source / core
    for folder in [root, *sorted(path for path in root.iterdir() if (path / "__init__.py").is_file())]:
        modules = sorted(folder.glob("*.py") if folder == root else folder.rglob("*.py"))
        parsed = [(path, ast.parse(path.read_text("utf-8"))) for path in modules]
        introduction = next(ast.get_docstring(tree) or "" for path, tree in parsed if path == folder / "__init__.py")
        name = ".".join(folder.relative_to(source).parts)
        sections = [section for path, tree in parsed if (section := _module_section(source, path, tree))]
        body = "\n".join([f"# {name}", "", introduction, "", *sections])
        yield Page(name, introduction.partition("\n")[0], body.rstrip() + "\n")


def _module_section(source: Path, path: Path, tree: ast.Module) -> str:
    entries = [entry for node in tree.body for entry in _entries(node, level=3)]
    if not entries:
        return ""
    name = ".".join(path.relative_to(source).with_suffix("").parts)
    return "\n".join([f"## {name}", "", ast.get_docstring(tree) or "", "", *entries])


def _entries(node: ast.AST, level: int) -> Iterator[str]:
    if not isinstance(node, Named) or node.name.startswith("_"):
        return
    yield f"{'#' * level} `{_signature(node)}`\n"
    if said := ast.get_docstring(node):
        yield f"{said}\n"
    if isinstance(node, ast.ClassDef):
        if fields := [ast.unparse(each) for each in node.body if isinstance(each, ast.AnnAssign)]:
            yield "```python\n" + "\n".join(fields) + "\n```\n"
        for member in node.body:
            yield from _entries(member, level + 1)


def _signature(node: Named) -> str:
    if isinstance(node, ast.ClassDef):
        bases = ", ".join(ast.unparse(base) for base in node.bases)
        return f"class {node.name}({bases})" if bases else f"class {node.name}"
    answer = f" -> {ast.unparse(node.returns)}" if node.returns is not None else ""
    return f"{'async ' if isinstance(node, ast.AsyncFunctionDef) else ''}{node.name}({ast.unparse(node.args)}){answer}"


def write_reference(target: Path) -> int:
    """Write all pages and the index; the number of pages."""
    target.mkdir(parents=True, exist_ok=True)
    pages = [page for core, source in CORES.items() for page in pages_of(core, ROOT / source)]
    for page in pages:
        (target / f"{page.name}.md").write_text(page.markdown, "utf-8")
    index = [f"- [{page.name}]({page.name}.md): {page.summary}" for page in pages]
    (target / "index.md").write_text("\n".join(["# API reference", "", *index, ""]), "utf-8")
    return len(pages)


def main() -> int:
    if len(sys.argv) != 2:
        print("usage: python scripts/api_reference.py FOLDER", file=sys.stderr)
        return 2
    target = Path(sys.argv[1])
    print(f"{write_reference(target)} pages in {target}, beginning with {target / 'index.md'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
