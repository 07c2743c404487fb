// Draws the three equity curves. The figures come from the table below the drawing, which is there for everyone;
// colours come from the brand's variables.
"use strict";

const holder = document.getElementById("equity");
const color = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--alpine-${name}`).trim();
const LINES = [
  ["followed", "you", "neon-cyan", []],
  ["published", "as published", "semantic-success", [8, 4]],
  ["held", "holding", "text-muted", [2, 4]],
];

function readTable() {
  const columns = [[], ...LINES.map(() => [])];
  for (const row of document.querySelectorAll("#curve tr[data-at]")) {
    columns[0].push(Date.parse(row.dataset.at) / 1000);
    LINES.forEach(([name], at) => columns[at + 1].push(row.dataset[name] ? Number(row.dataset[name]) : null));
  }
  return columns;
}

function draw() {
  const columns = readTable();
  if (columns[0].length < 2) return;
  const axis = { stroke: color("text-muted"), grid: { stroke: color("black-border") }, ticks: { stroke: color("black-border") } };
  const width = () => Math.max(240, holder.clientWidth);
  const stepped = uPlot.paths.stepped({ align: 1 });
  const plot = new uPlot(
    {
      width: width(), height: 320, axes: [axis, { ...axis, size: 72 }], scales: { x: { time: true } },
      series: [
        { label: "time, local" },
        ...LINES.map(([, label, stroke, dash]) => ({ label, stroke: color(stroke), dash, width: 2, paths: stepped, points: { show: false } })),
      ],
    },
    columns,
    holder,
  );
  new ResizeObserver(() => plot.setSize({ width: width(), height: 320 })).observe(holder);
}

if (holder && globalThis.uPlot) draw();
