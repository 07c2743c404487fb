// Draws closing prices with entry, target, stop and, once it ended, the exit. The figures come from the table below the drawing, which is there
// for everyone; colours come from the brand's variables.
"use strict";

const holder = document.getElementById("chart");
const outcome = document.getElementById("outcome");
const color = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--alpine-${name}`).trim();

function readTable() {
  const times = [];
  const closes = [];
  for (const cell of document.querySelectorAll("#marks [data-close]")) {
    times.push(Date.parse(cell.dataset.start) / 1000);
    closes.push(Number(cell.dataset.close));
  }
  return [times, closes];
}

function draw() {
  const [times, closes] = readTable();
  if (times.length < 2) return;
  const known = { ...holder.dataset, exit: outcome?.dataset.result ? outcome.dataset.exit : "" };
  const levels = ["entry", "target", "stop", "exit"].filter((name) => Number.isFinite(parseFloat(known[name])));
  const line = { entry: "neon-cyan", target: "semantic-success", stop: "semantic-error", exit: "neon-orange" };
  const axis = { stroke: color("text-muted"), grid: { stroke: color("black-border") }, ticks: { stroke: color("black-border") } };
  const width = () => Math.max(240, holder.clientWidth);
  const plot = new uPlot(
    {
      width: width(), height: 320, axes: [axis, { ...axis, size: 64 }], scales: { x: { time: true } },
      series: [
        { label: "time, local" },
        { label: "close", stroke: color("text-bright"), width: 2, points: { show: false } },
        ...levels.map((name) => ({ label: name, stroke: color(line[name]), dash: [8, 4], width: 1.5, points: { show: false } })),
      ],
    },
    [times, closes, ...levels.map((name) => times.map(() => Number(known[name])))],
    holder,
  );
  new ResizeObserver(() => plot.setSize({ width: width(), height: 320 })).observe(holder);
}

if (holder && globalThis.uPlot) draw();
