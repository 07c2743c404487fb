"""Where the pages lie: prefix, templates and static files. Every address on a page is made here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import msgspec
from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined

from alpine_core.tiers import SealedView, Seen, SignalView
from alpine_core.track_record import TrackRecord
from alpine_web.web.record_fragments import RecordFragments
from alpine_web.web.row_fragments import RowFragments
from alpine_web.web.static_files import FOLDER, StaticFile, read_static
from alpine_web.web.views.plots import bin_marks, curve_plot, curve_rows
from alpine_web.web.views.shares import SHARE_FILTERS, interval
from alpine_web.web.views.words import FILTERS

ROWS: Mapping[type[Seen], str] = {SignalView: "parts/row.html", SealedView: "parts/sealed_row.html"}
TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True)
class Site:
    """`prefix` is empty or `/…` without a slash at its end. `pages` is False for an API without pages."""

    prefix: str
    templates: Environment
    files: Mapping[str, StaticFile]
    pages: bool

    def link(self, path: str) -> str:
        """The address of a path of ours, as a browser has to ask for it."""
        return f"{self.prefix}{path}" if path != "/" else self.prefix or "/"

    @property
    def cookie_path(self) -> str:
        """Cookies go to our part of the host only."""
        return self.prefix or "/"

    def render(self, template: str, **context: object) -> str:
        """A page or part of one as HTML; everything is escaped, an unknown name is an error."""
        return self.templates.get_template(template).render(**context)


def open_site(prefix: str = "", templates: Path | None = None, pages: bool = True) -> Site:
    """`templates`: a folder whose files stand in for ours of the same name, its `static` folder likewise."""
    own = [] if templates is None else [templates]
    environment = Environment(
        loader=ChoiceLoader([FileSystemLoader(folder) for folder in [*own, TEMPLATES]]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,  # asking the disk whether a template changed costs more than a row
    )
    files = read_static(FOLDER, *(folder / "static" for folder in own))
    site = Site("" if prefix == "/" else prefix.rstrip("/"), environment, files, pages)
    manifest = msgspec.json.decode(files["vendor/manifest.json"].content)
    environment.filters.update({shown.__name__: shown for shown in (*FILTERS, *SHARE_FILTERS)})
    environment.globals.update(
        link=site.link,
        row=RowFragments(lambda view: draw_row(site, view, fresh=False, replaces="")).row,
        interval=interval,
        drawn=RecordFragments(partial(_draw, site)).part,
        described=not site.prefix,  # a host has a description of its own
        asset=lambda name: f"{site.prefix}/static/{name}?v={files[name].version}",
        integrity={name: entry["sha384"] for name, entry in manifest["files"].items()},
    )
    return site


def _draw(site: Site, template: str, record: TrackRecord) -> str:
    return site.render(
        template,
        record=record,
        plot=curve_plot(record),
        curve=curve_rows(record),
        confidence_marks=bin_marks(record.by_confidence),
        probability_marks=bin_marks(record.by_probability),
    )


def draw_row(site: Site, view: Seen, *, fresh: bool, replaces: str) -> str:
    """One row of a list. `fresh` rows glow once; `replaces`: for what on the page it stands in, `row` or `seal`."""
    return site.render(ROWS[type(view)], view=view, fresh=fresh, replaces=replaces)
