"""The brand has one source: generated files are current, pages use nothing else, every text can be read."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import pytest

from alpine_web.brand import contrast_ratio, read_brand
from alpine_web.brand.__main__ import LATEX, STYLESHEET
from alpine_web.brand.stylesheet import latex_colors, stylesheet

WEB = STYLESHEET.parents[1]
GENERATED = STYLESHEET.read_text("utf-8")
DRAWN = [
    path
    for path in sorted([*WEB.rglob("*.html"), *WEB.rglob("*.css"), *WEB.rglob("*.js"), *WEB.rglob("*.svg")])
    if "vendor" not in path.parts and path not in (STYLESHEET, WEB / "static" / "verify-offline.html")
]
# verify-offline.html is made of these files, the generated stylesheet among them.
RAW_COLOR = re.compile(r"#[0-9a-fA-F]{3,8}\b(?![-\w])|\brgba?\(|\bhsla?\(")
CLASS = re.compile(
    r"\b(?:text-alpine|bg-alpine|border-alpine|shadow-glow|animate-pulse-glow)-[a-z0-9-]+(?:/50)?|\balpine-[a-z]+-[a-z0-9-]+"
)
SMALL = re.compile(r'<([a-z]+)\b[^<>]*\bclass="[^"]*(?<![-\w])(?:tiny|text-xs)(?![-\w])')
DEFINED = {name.replace("\\", "") for name in re.findall(r"^ *\.([a-z0-9-]+(?:\\/50)?) \{", GENERATED, re.MULTILINE)}
VARIABLES = set(re.findall(r"(--[a-z0-9-]+):", GENERATED))
AA = 4.5


def unknown_names(text: str) -> set[str]:
    """Brand-like names in a page, stylesheet or script that the generated stylesheet does not define."""
    known = DEFINED | {name.removeprefix("--") for name in VARIABLES}
    return {name for name in CLASS.findall(text) if name not in known}


def test_the_generated_files_are_what_the_brand_file_says() -> None:
    brand = read_brand()
    assert stylesheet(brand) == GENERATED, "run: python -m alpine_web.brand"
    assert latex_colors(brand) == LATEX.read_text("utf-8"), "run: python -m alpine_web.brand"


def test_the_brand_has_the_colours_that_its_owner_named() -> None:
    colors = read_brand().flat_colors
    assert (colors["neon-cyan"], colors["neon-pink"], colors["neon-purple"], colors["neon-orange"]) == (
        "#18e0ff",
        "#fe1c80",
        "#9600ff",
        "#ff5f01",
    )
    assert [colors[f"black-{name}"] for name in ("pure", "primary", "secondary", "tertiary", "border")] == [
        "#000000",
        "#0a0a0f",
        "#0f0f1a",
        "#15151a",
        "#1a1a2e",
    ]
    assert [colors[f"semantic-{name}"] for name in ("success", "error", "warning", "info")] == [
        "#00ff88",
        "#ff2d55",
        "#ff5f01",
        "#18e0ff",
    ]


@pytest.mark.parametrize("path", DRAWN, ids=lambda path: path.name)
def test_no_page_stylesheet_or_script_has_a_colour_of_its_own_or_an_unknown_brand_name(path: Path) -> None:
    text = path.read_text("utf-8")
    assert RAW_COLOR.findall(text) == []
    assert unknown_names(text) == set()
    assert set(re.findall(r"var\((--[a-z0-9-]+)\)", text)) <= VARIABLES


@pytest.mark.parametrize(
    "text", ["color: #18e0ff;", '<p style="color:#fff">', "rgb(1, 2, 3)", "rgba(0,0,0,.5)", "hsl(10 10% 10%)"]
)
def test_a_planted_colour_is_found(text: str) -> None:
    assert RAW_COLOR.findall(text) != []


@pytest.mark.parametrize(
    "name", ["text-alpine-neonpin-k", "bg-alpine-gray-900", "text-alpine-neon-purple", "shadow-glow-teal"]
)
def test_a_planted_unknown_class_is_found(name: str) -> None:
    assert unknown_names(f'<p class="{name} muted">') == {name}


@pytest.mark.parametrize(
    "name",
    [
        "text-alpine-neon-cyan",
        "bg-alpine-black-primary",
        "border-alpine-neon-pink/50",
        "shadow-glow-red",
        "animate-pulse-glow-cyan",
        "text-xs",
        "font-display",
        "tracking-display",
    ],
)
def test_the_named_classes_exist(name: str) -> None:
    assert name in DEFINED


def test_the_pulse_stands_still_for_those_who_asked_for_less_motion() -> None:
    calm = GENERATED.split("@media (prefers-reduced-motion: reduce)")[1]
    pulses = {name for name in DEFINED if name.startswith("animate-pulse-glow-")}
    assert {f"animate-pulse-glow-{name}" for name in ("pink", "cyan", "purple", "orange", "green", "red")} == pulses
    assert all(f".{name} {{ animation: none; }}" in calm for name in pulses)


def colors_used(pattern: str) -> set[str]:
    """Names of the brand's colours that pages or stylesheets use in that place."""
    return {name for path in DRAWN for name in re.findall(pattern, path.read_text("utf-8"))}


def test_every_text_on_every_background_in_use_reaches_aa() -> None:
    colors = read_brand().flat_colors
    texts = colors_used(r"(?<![-\w])color: var\(--alpine-([a-z-]+)\)") | colors_used(r"\btext-alpine-([a-z-]+)")
    for path in WEB.rglob("*.py"):  # the words of pages have colours too
        texts |= set(re.findall(r"\btext-alpine-([a-z-]+)", path.read_text("utf-8")))
    grounds = colors_used(r"background-color: var\(--alpine-([a-z-]+)\)") | colors_used(r"\bbg-alpine-([a-z-]+)")
    # Dark on bright is one kind of button, everything else bright on dark; marks without text are no background.
    bright = {name for name in grounds if not name.startswith("black-")} - {"neon-orange", "semantic-success"}
    dark = {name for name in texts if name.startswith("black-")}
    assert (bright, dark) == ({"neon-cyan", "text-bright"}, {"black-pure"})
    pairs = [
        *itertools.product(sorted(texts - dark), sorted(name for name in grounds if name.startswith("black-"))),
        *itertools.product(sorted(dark), sorted(bright)),
    ]
    assert len(pairs) > 30
    poor = {pair: ratio for pair in pairs if (ratio := contrast_ratio(colors[pair[0]], colors[pair[1]])) < AA}
    assert poor == {}


TINY = {".tiny", ".row time"}


def test_no_text_is_smaller_than_14_px_but_times_and_tiny_labels() -> None:
    sizes = read_brand().sizes_px
    assert {name for name, pixels in sizes.items() if pixels < 14} == {"xs"}
    assert sizes["xs"] == 12
    styles = (STYLESHEET.parent / "app.css").read_text("utf-8")
    assert set(re.findall(r"([^{}\n]+?) \{[^{}]*var\(--text-xs\)", styles)) == TINY
    users = [match for path in DRAWN for match in SMALL.findall(path.read_text("utf-8"))]
    assert set(users) <= {"time"}


def test_text_has_a_size_of_the_scale_and_no_other() -> None:
    styles = (STYLESHEET.parent / "app.css").read_text("utf-8")
    told = re.findall(r"\bfont(?:-size)?: ([^;]+);", styles)
    assert {each for each in told if "var(--text-" not in each} == {"100%"}
    assert [size for each in told for size in re.findall(r"(?<![-\w/.])[0-9.]+(?:px|pt|em|rem)", each)] == []


@pytest.mark.parametrize(
    ("page", "tags"),
    [('<time class="tiny muted">', ["time"]), ('<p class="tiny">', ["p"]), ('<dd class="a text-xs b">', ["dd"])],
)
def test_planted_small_text_is_found(page: str, tags: list[str]) -> None:
    assert SMALL.findall(page) == tags


def test_every_icon_has_a_colour_that_text_may_have() -> None:
    brand = read_brand()
    assert len(brand.icons) == 5
    assert {name.removeprefix("alpine-") for name in brand.icons} <= brand.flat_colors.keys()
    assert set(brand.icons.values()) <= DEFINED


def test_contrast_is_that_of_wcag() -> None:
    assert contrast_ratio("#000000", "#ffffff") == 21.0
    assert round(contrast_ratio("#777777", "#ffffff"), 2) == 4.48
    assert round(contrast_ratio("#9600ff", "#000000"), 2) == 3.74  # purple is for shapes, its tint for text
