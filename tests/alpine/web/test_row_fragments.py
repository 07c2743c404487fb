"""A kept row is the row that the template draws."""

from __future__ import annotations

from datetime import timedelta

import msgspec

from alpine_core.model import StoredSignal, Tier
from alpine_core.testing.sample_log import SampleLog
from alpine_core.testing.samples import MOMENT, sample_outcome, sample_verified
from alpine_core.tiers import Entitlements, Seen, SignalView
from alpine_web.web.row_fragments import RowFragments
from alpine_web.web.site import Site, draw_row, open_site


def view_of(number: int, *, ended: bool = False, **changed: object) -> SignalView:
    name = f"SIG-{number}"
    verified = SampleLog().sealed(sample_verified(name, **changed))
    stored = StoredSignal(cursor=number, verified=verified, received_at=MOMENT)
    if ended:
        stored = msgspec.structs.replace(stored, outcome=sample_outcome(name), resolved_at=MOMENT)
    view = Entitlements().view(stored, Tier.PREMIUM, MOMENT + timedelta(days=1))
    assert view is not None
    return view


def row_of(site: Site, view: SignalView) -> str:
    """As a page shows it."""
    return site.templates.from_string("{{ row(view) }}").render(view=view)


def test_a_row_is_what_the_template_draws_the_first_time_and_every_other() -> None:
    site = open_site()
    for view in (view_of(1), view_of(2, confidence=97.0), view_of(1, ended=True)):
        drawn = draw_row(site, view, fresh=False, replaces="")
        assert [row_of(site, view), row_of(site, view)] == [drawn, drawn]


def test_what_a_provider_wrote_stays_escaped() -> None:
    row = row_of(open_site(), view_of(1, regime="<b>bull</b>"))
    assert "<b>bull" not in row
    assert "&lt;b&gt;bull" in row


def test_an_outcome_draws_the_row_anew() -> None:
    site = open_site()
    assert "target reached" not in row_of(site, view_of(1))
    assert "target reached" in row_of(site, view_of(1, ended=True))


def test_a_row_is_drawn_once_and_only_the_last_ones_are_kept() -> None:
    drawn: list[int] = []

    def draw(view: Seen) -> str:
        drawn.append(view.alpine_signal_id)
        return f"<li>{view.alpine_signal_id}</li>"

    rows = RowFragments(draw, most=2)
    for number in (1, 2, 1, 3, 1, 2):
        assert rows.row(view_of(number)) == f"<li>{number}</li>"
    assert drawn == [1, 2, 3, 2]
    assert len(rows) == 2
