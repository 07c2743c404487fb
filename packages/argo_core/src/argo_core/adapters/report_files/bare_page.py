"""The frame of a page that needs nothing else: styles and the script that draws the plots are inside."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from argo_core.adapters.report_files.extras import graphs
from argo_core.adapters.report_files.markup import Markup, joined, safe

STYLES = Path(__file__).parent / "page.css"


def bare_page(title: str, head: Markup, sections: Iterable[Markup]) -> str:
    """The whole page; it asks no other host for anything. Raises ConfigError where the extra is missing."""
    graphs()
    from plotly.offline import get_plotlyjs

    return "\n".join(
        [
            "<!doctype html>",
            '<html lang="en"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<link rel="icon" href="data:,">',
            f"<title>{safe(title)}</title>",
            f"<style>{STYLES.read_text('utf-8')}</style>",
            f"<script>{get_plotlyjs()}</script>",
            "</head><body>",
            head,
            f"<main>{joined(sections)}</main>",
            "</body></html>",
        ]
    )


def verdict_line(finding: str, sentence: str) -> Markup:
    """What the page comes to, marked by more than colour: the sentence begins with it."""
    return Markup(f'<p class="verdict {"evidence" if finding == "evidence" else "none"}">{safe(sentence)}</p>')
