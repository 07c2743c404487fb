"""Writes the generated files of the brand: `python -m alpine_web.brand`."""

from __future__ import annotations

from pathlib import Path

from alpine_web.brand.stylesheet import latex_colors, stylesheet
from alpine_web.brand.values import read_brand

HERE = Path(__file__).parent
STYLESHEET = HERE.parent / "web" / "static" / "brand.css"
LATEX = HERE / "alpine-brand-colors.tex"


def write() -> None:
    """Rewrite both files."""
    brand = read_brand()
    STYLESHEET.write_text(stylesheet(brand), "utf-8")
    LATEX.write_text(latex_colors(brand), "utf-8")


if __name__ == "__main__":
    write()
