"""Contrast as WCAG 2.2 computes it."""

from __future__ import annotations


def contrast_ratio(one: str, other: str) -> float:
    """Ratio 1–21 of two colours `#rrggbb` (WCAG 2.2, definition of contrast ratio); 4.5 is AA for text."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(color: str) -> float:
    red, green, blue = (_linear(int(color[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
