"""The header that carries a trace from process to process. Source: W3C Trace Context, section 3.2."""

from __future__ import annotations

import pytest

from argo_core.model.trace import TraceContext, read_traceparent, traceparent_of

TRACE, SPAN = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"


@pytest.mark.parametrize("sampled", [True, False])
def test_what_is_written_is_read(sampled: bool) -> None:
    context = TraceContext(TRACE, SPAN, sampled)
    assert traceparent_of(context) == f"00-{TRACE}-{SPAN}-0{int(sampled)}"
    assert read_traceparent(traceparent_of(context)) == context


@pytest.mark.parametrize(
    ("text", "sampled"),
    [
        (f"00-{TRACE}-{SPAN}-03", True),
        (f"00-{TRACE}-{SPAN}-02", False),
        (f"cc-{TRACE}-{SPAN}-01", True),
        (f"cc-{TRACE}-{SPAN}-01-what-comes-later", True),
    ],
)
def test_a_later_version_is_read_as_far_as_ours_goes_and_other_flags_are_left_alone(text: str, sampled: bool) -> None:
    assert read_traceparent(text) == TraceContext(TRACE, SPAN, sampled)


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "hunter2",
        f"ff-{TRACE}-{SPAN}-01",
        f"00-{'0' * 32}-{SPAN}-01",
        f"00-{TRACE}-{'0' * 16}-01",
        f"00-{TRACE.upper()}-{SPAN}-01",
        f"00-{TRACE[:-1]}-{SPAN}-01",
        f"00-{TRACE}-{SPAN}-1",
        f"00-{TRACE}-{SPAN}-01-more",
        f"00-{TRACE}-{SPAN}-01\n",
        f"cc-{TRACE}-{SPAN}-01.more",
        f"00-{TRACE}-{SPAN}-01," * 1000,
    ],
)
def test_what_is_no_such_header_begins_a_trace_of_its_own(text: str | None) -> None:
    assert read_traceparent(text) is None
