"""The brand as CSS custom properties and utility classes, and as a LaTeX colour file."""

from __future__ import annotations

from collections.abc import Iterator

from alpine_web.brand.values import Brand

HEAD = "Made from brand.json by `python -m alpine_web.brand`; change that file and run it again."


def stylesheet(brand: Brand) -> str:
    """Everything that templates and stylesheets may use of the brand."""
    return "\n".join([f"/* {HEAD} */", *_variables(brand), *_classes(brand), *_glows(brand), *_calm(brand), ""])


def latex_colors(brand: Brand) -> str:
    """`\\definecolor{alpine-neon-cyan}{HTML}{18E0FF}` and so on, for reports."""
    lines = [f"\\definecolor{{alpine-{name}}}{{HTML}}{{{value[1:].upper()}}}" for name, value in _colors(brand)]
    return "\n".join([f"% {HEAD}", *lines, ""])


def _colors(brand: Brand) -> Iterator[tuple[str, str]]:
    yield from brand.flat_colors.items()


def _variables(brand: Brand) -> Iterator[str]:
    yield ":root {"
    yield "  color-scheme: dark;"
    yield from (f"  --alpine-{name}: {value};" for name, value in _colors(brand))
    yield from (f"  --font-{name}: {stack};" for name, stack in brand.fonts.items())
    yield from (f"  --text-{name}: {pixels / 16:g}rem;" for name, pixels in brand.sizes_px.items())
    yield from (f"  --tracking-{name}: {value};" for name, value in brand.tracking.items())
    for name, color in brand.glow.items():
        mixed = f"color-mix(in srgb, var(--alpine-{color}) 45%, transparent)"
        yield f"  --glow-{name}: 0 0 0.35rem {mixed}, 0 0 1.4rem {mixed};"
    yield "}"


def _classes(brand: Brand) -> Iterator[str]:
    for name, _ in _colors(brand):
        if name not in brand.shapes_only:
            yield f".text-alpine-{name} {{ color: var(--alpine-{name}); }}"
        yield f".bg-alpine-{name} {{ background-color: var(--alpine-{name}); }}"
        yield f".border-alpine-{name} {{ border-color: var(--alpine-{name}); }}"
        half = f"color-mix(in srgb, var(--alpine-{name}) 50%, transparent)"
        yield f".border-alpine-{name}\\/50 {{ border-color: {half}; }}"
    yield from (f".font-{name} {{ font-family: var(--font-{name}); }}" for name in brand.fonts)
    yield from (f".text-{name} {{ font-size: var(--text-{name}); }}" for name in brand.sizes_px)
    yield from (f".tracking-{name} {{ letter-spacing: var(--tracking-{name}); }}" for name in brand.tracking)


def _glows(brand: Brand) -> Iterator[str]:
    for name in brand.glow:
        yield f".shadow-glow-{name} {{ box-shadow: var(--glow-{name}); }}"
        yield f"@keyframes pulse-glow-{name} {{ 50% {{ box-shadow: var(--glow-{name}); }} }}"
        yield f".animate-pulse-glow-{name} {{ animation: pulse-glow-{name} 2.4s ease-in-out infinite; }}"


def _calm(brand: Brand) -> Iterator[str]:
    yield "@media (prefers-reduced-motion: reduce) {"
    yield from (f"  .animate-pulse-glow-{name} {{ animation: none; }}" for name in brand.glow)
    yield "}"
