"""Pieces of a page. All text is escaped here, and nowhere else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

# Plots offer to upload themselves to their maker unless they are told not to.
PLOT = {
    "responsive": True,
    "displaylogo": False,
    "showSendToCloud": False,
    "plotlyServerURL": "",
    "modeBarButtonsToRemove": ["lasso2d", "select2d"],
}


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


Text = str | Markup


def safe(text: Text) -> Markup:
    """As HTML: escaped, unless it is HTML already."""
    return text if isinstance(text, Markup) else Markup(escape(text))


def joined(parts: Iterable[Markup]) -> Markup:
    """One after the other."""
    return Markup("\n".join(parts))


def section(anchor: str, title: str, *parts: Markup) -> Markup:
    """A part of the page with its heading."""
    head = f'<section id="{anchor}" aria-labelledby="{anchor}-title"><h2 id="{anchor}-title">{safe(title)}</h2>'
    return Markup(f"{head}\n{joined(parts)}\n</section>")


def paragraph(text: Text, kind: str = "soft") -> Markup:
    """A line of explanation."""
    return Markup(f'<p class="{kind}">{safe(text)}</p>')


def listed(texts: Iterable[Text]) -> Markup:
    """A plain list."""
    return Markup('<ul class="plain">' + "".join(f"<li>{safe(text)}</li>" for text in texts) + "</ul>")


def table(caption: str, head: Sequence[str], rows: Iterable[Sequence[Text]], *, tall: bool = False) -> Markup:
    """Rows whose first cell names them, in a box of their own that scrolls on a narrow screen, by keys too."""
    titles = "".join(f'<th scope="col">{safe(title)}</th>' for title in head)
    lines = "\n".join(
        f'<tr><th scope="row">{safe(row[0])}</th>' + "".join(f"<td>{safe(cell)}</td>" for cell in row[1:]) + "</tr>"
        for row in rows
    )
    kind = "scroll tall" if tall else "scroll"
    return Markup(
        f'<div class="{kind}" tabindex="0" role="region" aria-label="{safe(caption)}"><table><caption>{safe(caption)}'
        f"</caption><thead><tr>{titles}</tr></thead><tbody>\n{lines}\n</tbody></table></div>"
    )


def folded(summary: str, content: Markup) -> Markup:
    """What is there for those who ask."""
    return Markup(f"<details><summary>{safe(summary)}</summary>\n{content}\n</details>")


def signed(value: float | None) -> Markup:
    """A percentage with its sign; colour only repeats what the sign says."""
    if value is None:
        return Markup("–")
    kind = "up" if value > 0 else "down" if value < 0 else "even"
    return Markup(f'<span class="{kind}">{value:+,.2f}</span>')


def plot(anchor: str, described: str, figure: Any) -> Markup:
    """A plotly figure, without the script that draws it."""
    drawn = figure.to_html(full_html=False, include_plotlyjs=False, div_id=f"{anchor}-plot", config=PLOT)
    return Markup(f'<figure class="plot" role="img" aria-label="{safe(described)}" style="margin:0">{drawn}</figure>')
