"""Parts of the record are drawn once for each reckoned record, and never for another one."""

from __future__ import annotations

from alpine_core.track_record import Terms, track_record
from alpine_web.web.record_fragments import RecordFragments
from tests.alpine.core.track_record.ended import ended


def test_a_part_is_drawn_once_for_each_template_and_record() -> None:
    drawn: list[str] = []

    def draw(template: str, record: object) -> str:
        drawn.append(template)
        return f"<b>{len(drawn)}</b>"

    fragments = RecordFragments(draw, most=2)
    first, second = (track_record([ended(number)], Terms(), {}) for number in (1, 2))
    assert [str(fragments.part("a", first)) for _ in range(2)] == ["<b>1</b>"] * 2
    assert str(fragments.part("b", first)) == "<b>2</b>"
    assert str(fragments.part("a", second)) == "<b>3</b>"
    assert (len(fragments), drawn) == (2, ["a", "b", "a"])
    assert str(fragments.part("a", first)) == "<b>4</b>"  # the longest unused one had to go
