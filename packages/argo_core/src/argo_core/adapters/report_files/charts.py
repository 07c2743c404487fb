"""The report's plots. Each is a plotly figure without title: the page names it and gives the same as a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np

from argo_core.adapters.report_files.extras import graphs
from argo_core.backtest.report import Report
from argo_core.backtest.report.document import PriceLine, Sensitivity, TradeRow

# Colours that stay apart for every kind of eye. Source: Okabe & Ito 2008.
COLOURS, DASHES = ("#0072B2", "#D55E00", "#009E73"), ("solid", "dash", "dot")
LONG, SHORT, GONE = "#009E73", "#D55E00", "#555555"
FONT = {"family": "system-ui, sans-serif", "size": 13, "color": "#1b1f24"}
MARGIN = {"l": 55, "r": 12, "t": 12, "b": 110}
LAYOUT = {
    "template": "plotly_white",
    "font": FONT,
    "autosize": True,
    "height": 420,
    "margin": MARGIN,
    "legend": {"orientation": "h", "x": 0, "y": 0, "yref": "container", "yanchor": "bottom"},
    "xaxis": {"tickangle": 0, "nticks": 5},
    "hovermode": "x unified",
}


def equity_chart(report: Report) -> Any:
    """Equity of the account and of what it is held against, by day; each can be hidden."""
    figure = _lines(report, [curve.equity for curve in report.curves], "equity")
    scales = [{"label": name, "method": "relayout", "args": [{"yaxis.type": name}]} for name in ("linear", "log")]
    menu = {"type": "buttons", "direction": "right", "buttons": scales, "x": 0, "xanchor": "left", "y": 1.16}
    figure.update_layout(updatemenus=[menu], margin=MARGIN | {"t": 50})
    return figure


def drawdown_chart(report: Report) -> Any:
    """How far each stands below its highest, downwards."""
    return _lines(report, [tuple(-fall for fall in curve.drawdown_pct) for curve in report.curves], "below highest, %")


def _lines(report: Report, series: Sequence[Sequence[float]], axis: str) -> Any:
    drawn = {curve.name: values for curve, values in zip(report.curves, series, strict=True)}
    return days_chart(report.days, drawn, axis)


def days_chart(days: Sequence[date], series: Mapping[str, Sequence[float]], axis: str) -> Any:
    """Lines over the same days, by name; as many as there are colours."""
    go = graphs()
    figure = go.Figure(layout=LAYOUT)
    for (name, values), colour, dash in zip(series.items(), COLOURS, DASHES, strict=False):
        line = {"color": colour, "dash": dash, "width": 2}
        figure.add_trace(go.Scatter(x=list(days), y=list(values), name=name, mode="lines", line=line))
    figure.update_yaxes(title=axis)
    return figure


def trades_chart(report: Report) -> Any:
    """Entries and exits on the closes of one symbol at a time, chosen from a list."""
    go = graphs()
    figure = go.Figure(layout=LAYOUT | {"hovermode": "closest", "height": 480, "margin": MARGIN | {"t": 50}})
    places = []
    for line in report.prices:
        before = len(figure.data)
        for trace in _traded(go, report, line):
            figure.add_trace(trace)
        places.append(range(before, len(figure.data)))
    buttons = []
    for number, line in enumerate(report.prices):
        shown = [trace in places[number] for trace in range(len(figure.data))]
        buttons.append({"label": line.symbol, "method": "restyle", "args": ["visible", shown]})
    for trace in range(len(figure.data)):
        figure.data[trace].visible = trace in places[0]
    menu = {"buttons": buttons, "x": 0, "xanchor": "left", "y": 1.15, "yanchor": "top", "pad": {"t": 0}}
    figure.update_layout(updatemenus=[menu], yaxis={"title": "close"})
    return figure


def _traded(go: Any, report: Report, line: PriceLine) -> list[Any]:
    own = [trade for trade in report.trades if trade.symbol == line.symbol]
    closes = go.Scatter(
        x=list(report.days), y=list(line.closes), name="close", mode="lines", line={"color": COLOURS[0], "width": 1.5}
    )
    return [
        closes,
        _marks(go, [trade for trade in own if trade.action == "BUY"], "bought", LONG, "triangle-up"),
        _marks(go, [trade for trade in own if trade.action != "BUY"], "sold short", SHORT, "triangle-down"),
        go.Scatter(
            x=[trade.closed_at for trade in own],
            y=[trade.exit_price for trade in own],
            text=[f"{trade.exit}: {trade.net_pct:+.2f} %" for trade in own],
            name="closed",
            mode="markers",
            marker={"color": GONE, "symbol": "x", "size": 6},
        ),
    ]


def _marks(go: Any, trades: Sequence[TradeRow], name: str, colour: str, symbol: str) -> Any:
    return go.Scatter(
        x=[trade.opened_at for trade in trades],
        y=[trade.entry_price for trade in trades],
        text=[f"{trade.quantity:g} at {trade.entry_price:g}" for trade in trades],
        name=name,
        mode="markers",
        marker={"color": colour, "symbol": symbol, "size": 9},
    )


def reliability_chart(report: Report) -> Any:
    """What confidence said against what came, with intervals; on the diagonal it means what it says."""
    go = graphs()
    points = report.reliability
    figure = go.Figure(layout=LAYOUT | {"hovermode": "closest"})
    diagonal = {"color": GONE, "dash": "dash", "width": 1}
    figure.add_trace(go.Scatter(x=[0, 100], y=[0, 100], name="says what comes", mode="lines", line=diagonal))
    error = {
        "type": "data",
        "symmetric": False,
        "array": [point.high_pct - point.rate_pct for point in points],
        "arrayminus": [point.rate_pct - point.low_pct for point in points],
    }
    figure.add_trace(
        go.Scatter(
            x=[point.mean_confidence for point in points],
            y=[point.rate_pct for point in points],
            error_y=error,
            text=[f"{point.count} signals" for point in points],
            name="signals that gained, 95 % interval",
            mode="markers",
            marker={"size": 9, "color": COLOURS[0]},
        )
    )
    figure.update_xaxes(title="confidence, %", range=[0, 100])
    figure.update_yaxes(title="gained, %", range=[0, 100])
    return figure


def sensitivity_chart(found: Sensitivity) -> Any:
    """The figure over two parameters; an even plain is robust, a lone peak is luck."""
    go = graphs()
    values = [[np.nan if value is None else value for value in row] for row in found.values]
    figure = go.Figure(layout=LAYOUT | {"hovermode": "closest"})
    figure.add_trace(
        go.Heatmap(x=list(found.x), y=list(found.y), z=values, colorscale="Cividis", colorbar={"thickness": 12})
    )
    figure.update_xaxes(title=found.x_name, type="category")
    figure.update_yaxes(title=found.y_name, type="category")
    return figure


def logits_chart(found: Sensitivity) -> Any:
    """How the best in sample ranked out of sample: left of 0 it did worse than the middle one."""
    go = graphs()
    figure = go.Figure(layout=LAYOUT | {"hovermode": "closest", "bargap": 0.02, "showlegend": False})
    figure.add_trace(go.Histogram(x=list(found.logits), nbinsx=40, marker={"color": COLOURS[0]}))
    figure.add_vline(x=0, line={"color": SHORT, "dash": "dash", "width": 2})
    figure.update_xaxes(title="log odds of the rank out of sample")
    figure.update_yaxes(title="splits")
    return figure
