"""QR codes as part of a page: no style, no script, nothing that a strict policy refuses."""

from __future__ import annotations

import segno
from markupsafe import Markup, escape

MODULE_UNITS = 4


def qr_svg(text: str, label: str) -> Markup:
    """Dark on light with its quiet zone, whatever the page's colours: cameras need the contrast."""
    drawn = segno.make(text, error="m", micro=False).svg_inline(
        scale=MODULE_UNITS, dark="black", light="white", svgclass="qr", omitsize=True
    )
    named = f'<svg role="img" aria-label="{escape(label)}" '
    return Markup(drawn.replace("<svg ", named, 1))
