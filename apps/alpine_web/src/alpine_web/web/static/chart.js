// Draws closing prices with entry, target and stop. The figures come from the table below the drawing, which is there
// for everyone; colours come from the brand's variables.
"use strict";

const holder = document.getElementById("chart");
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
  const levels = ["entry", "target", "stop"].filter((name) => holder.dataset[name]);
  const line = { entry: "neon-cyan", target: "semantic-success", stop: "semantic-error" };
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
    [times, closes, ...levels.map((name) => times.map(() => Number(holder.dataset[name])))],
    holder,
  );
  new ResizeObserver(() => plot.setSize({ width: width(), height: 320 })).observe(holder);
}

if (holder && globalThis.uPlot) draw();
