// A closer look at a run: any weekly series of both plans with their difference, and the odds of a goal.
// Every text comes from the server; here it is only put in its place.

import uPlot from "./vendor/uPlot.esm.js";
import { get, post } from "./api.js";
import { field, h, problems, say } from "./dom.js";

const HEIGHT = { fan: 300, gap: 190 };

const colour = (role, alpha = 1) => {
  const value = getComputedStyle(document.documentElement).getPropertyValue(`--${role}`).trim();
  if (alpha === 1) return value;
  return `${value}${Math.round(alpha * 255).toString(16).padStart(2, "0")}`;
};

/** A table of texts with groups of columns; the first of each row names it. */
export function textTable(caption, columns, rows, groups = null) {
  return h("div", { class: "scroll", tabIndex: 0, role: "region", "aria-label": caption }, h("table", { class: "tight" },
    h("caption", {}, caption),
    h("thead", {},
      groups ? h("tr", {}, groups.map(([text, n]) => (text
        ? h("th", { colspan: String(n), scope: "colgroup" }, text) : h("td", { colspan: String(n) })))) : null,
      h("tr", {}, columns.map((text, k) => h("th", { scope: "col", class: k ? "" : "w" }, text)))),
    h("tbody", {}, rows.map((row) => h("tr", {}, row.map((text, k) => (k ? h("td", {}, text) : h("th", { scope: "row" }, text))))))));
}

function axes(said, y) {
  const font = "12px system-ui, sans-serif";
  const line = { stroke: colour("grid"), width: 1 };
  return [
    { splits: () => said.ticks.map(([at]) => at), values: () => said.ticks.map(([, text]) => text), font,
      stroke: colour("muted"), grid: { show: false }, ticks: { ...line, size: 5 }, size: 30, gap: 3 },
    { splits: () => y.ticks.map(([at]) => at), values: () => y.ticks.map(([, text]) => text), font,
      stroke: colour("muted"), grid: line, ticks: { show: false }, size: 46, gap: 4 },
  ];
}

function chart(place, said, { height, y, lines, moved }) {
  const data = [said.x], series = [{}], bands = [];
  const none = { width: 0, points: { show: false }, stroke: "transparent" };
  for (const { band: [, low, high], role, faint } of lines) { // all bands first: no line lies under one
    bands.push({ series: [series.length + 1, series.length], fill: colour(role, faint) });
    series.push({ ...none }, { ...none });
    data.push(low, high);
  }
  for (const { band: [mean], role, dash } of lines) {
    series.push({ stroke: colour(role), width: 2, dash, points: { show: false } });
    data.push(mean);
  }
  const drawn = new uPlot({
    width: Math.max(place.clientWidth, 200), height, series, bands, legend: { show: false }, padding: [10, 12, 0, 0],
    cursor: {
      drag: { x: false, y: false }, y: false, points: { size: 7 },
      move: (u, left, top) => [left < 0 ? left : u.valToPos(u.data[0][u.posToIdx(left)], "x"), top], // from week to week
    },
    scales: { x: { time: false, range: [0, said.span] }, y: { range: [y.min, y.max] } },
    axes: axes(said, y),
    hooks: {
      setCursor: [(u) => { if (u.cursor.idx !== null && u.cursor.idx !== undefined) moved(u.cursor.idx, u); }],
      draw: [(u) => { // where nothing differs
        if (!(y.min < 0)) return;
        const at = Math.round(u.valToPos(0, "y", true));
        u.ctx.save();
        u.ctx.strokeStyle = colour("muted");
        u.ctx.beginPath();
        u.ctx.moveTo(u.bbox.left, at);
        u.ctx.lineTo(u.bbox.left + u.bbox.width, at);
        u.ctx.stroke();
        u.ctx.restore();
      }],
    },
  }, data, place);
  return drawn;
}

function fans(place, said) {
  const [a, b] = said.plans;
  const top = h("div", { class: "plot", role: "img", "aria-label": `${said.title} by week under ${a} and ${b}; the slider below reads each week` });
  const low = h("div", { class: "plot", role: "img", "aria-label": `${b} minus ${a} by week; the slider below reads each week` });
  const slider = h("input", { type: "range", min: 0, max: said.rows.length - 1, step: 1, value: said.rows.length - 1 });
  const readout = h("dl", { class: "readout" });
  let drawn = [], week = said.rows.length - 1, busy = false;

  function read(k) {
    week = k;
    const [name, meanA, bandA, meanB, bandB, gap, within] = said.rows[k];
    slider.value = k;
    slider.setAttribute("aria-valuetext",
      `${name}: ${a} ${meanA}, ${bandA}; ${b} ${meanB}, ${bandB}; difference ${gap}, ${within}`);
    readout.replaceChildren(
      h("div", { class: "when" }, h("dt", { class: "unseen" }, "week"), h("dd", {}, name)),
      ...[[h("span", { class: "mark p0" }), a, meanA, bandA], [h("span", { class: "mark p1" }), b, meanB, bandB],
        [null, `${b} minus ${a}`, gap, within]].map(([mark, what, mean, band]) => h("div", {},
        h("dt", {}, mark, what), h("dd", {}, h("strong", {}, mean), " ", h("span", {}, band)))));
  }

  function moved(k, from) {
    if (busy) return;
    busy = true;
    read(k);
    for (const one of drawn) if (one !== from) point(one, k);
    busy = false;
  }

  const point = (one, k) => one.setCursor({ left: one.valToPos(said.x[k], "x"), top: 0 });

  slider.addEventListener("input", () => {
    busy = true;
    read(Number(slider.value));
    for (const one of drawn) point(one, week);
    busy = false;
  });

  function draw() {
    for (const one of drawn) one.destroy();
    drawn = [
      chart(top, said, { height: HEIGHT.fan, y: said.y, moved, lines: [
        { band: said.bands[0], role: "plan-0", faint: 0.2 }, { band: said.bands[1], role: "plan-1", dash: [10, 4], faint: 0.2 },
      ] }),
      chart(low, said, { height: HEIGHT.gap, y: said.gap_y, moved, lines: [{ band: said.gap, role: "ink", faint: 0.16 }] }),
    ];
  }

  place.replaceChildren(
    h("ul", { class: "legend" }, said.plans.map((plan, k) => h("li", {}, h("span", { class: `swatch s${k}` }), plan))),
    h("figure", {}, h("figcaption", {}, said.title), top),
    h("figure", {}, h("figcaption", {}, `The difference: ${b} minus ${a}`), low),
    h("div", { class: "reader" }, field("Week", slider), readout),
    h("p", { class: "how" }, said.how),
    h("details", {}, h("summary", {}, `${said.title}, as a table`),
      textTable(`${said.title}, by week`, said.columns, said.rows, [["", 1], [a, 2], [b, 2], [`${b} minus ${a}`, 2]])));
  read(week);
  draw();
  const sized = new ResizeObserver(() => {
    const width = Math.floor(top.clientWidth);
    for (const [one, height] of [[drawn[0], HEIGHT.fan], [drawn[1], HEIGHT.gap]]) {
      if (width > 0 && one.width !== width) one.setSize({ width, height });
    }
  });
  sized.observe(top);
  const dark = matchMedia("(prefers-color-scheme: dark)");
  dark.addEventListener("change", draw);
  return () => {
    sized.disconnect();
    dark.removeEventListener("change", draw);
    for (const one of drawn) one.destroy();
  };
}

/**
 * The section that looks closer at a run.
 *
 * @param {string} run its name
 * @param {{series?: string, goal?: string}} look what was looked at last
 * @param {(change: object) => void} note keeps what is looked at
 */
async function closerLook(run, look = {}, note = () => {}) {
  const base = `/api/runs/${encodeURIComponent(run)}`;
  let said;
  try {
    said = await get(`${base}/weekly?series=${encodeURIComponent(look.series || "customers")}`);
  } catch (error) {
    if (error.status === 404) return null; // a run of one plan, or one without its replicates
    throw error;
  }
  let stop = () => {};
  const plots = h("div", { class: "fans" });
  const choice = h("select", {}, said.choices.map((one) => h("option", { value: one.name }, one.title)));
  choice.value = said.series;
  choice.addEventListener("change", async () => {
    try {
      const next = await get(`${base}/weekly?series=${encodeURIComponent(choice.value)}`);
      stop();
      stop = fans(plots, next);
      note({ series: choice.value });
      say(`${next.title}`);
    } catch (error) {
      plots.replaceChildren(problems(error));
    }
  });

  const goal = h("input", { type: "text", autocomplete: "off", spellcheck: false, maxLength: 200, value: look.goal || said.goal });
  const odds = h("div", { class: "odds" });
  async function count(asked) {
    try {
      const found = await post(`${base}/odds`, { goal: goal.value });
      goal.removeAttribute("aria-invalid");
      odds.replaceChildren(h("p", { class: "oddly" }, found.sentence), textTable(found.caption, found.columns, found.rows));
      note({ goal: goal.value });
      if (asked) say(found.sentence);
    } catch (error) {
      goal.setAttribute("aria-invalid", "true");
      odds.replaceChildren(problems(error));
    }
  }
  const form = h("form", { class: "actions", novalidate: true, onsubmit: (event) => {
    event.preventDefault();
    count(true);
  } }, field("Goal", goal, "METRIC >= AMOUNT by YEAR-MONTH-DAY; counted on this run’s replicates"),
  h("button", { type: "submit" }, "Count"));

  const element = h("section", { class: "closer", "aria-labelledby": "closer-h" },
    h("h2", { id: "closer-h" }, "A closer look"),
    said.others > 0 ? h("p", { class: "note" }, "The first two plans of this run.") : null,
    h("div", { class: "actions" }, field("Series", choice)), plots,
    h("h3", {}, "The odds of a goal"), form, odds);
  queueMicrotask(() => { stop = fans(plots, said); });
  await count(false);
  return { element, leave: () => stop() };
}

/** Look closer inside the report of a run: below its verdict, which stays the first thing that is read. */
export async function lookCloser(article, run, look, note) {
  const closer = await closerLook(run, look, note);
  const verdict = article.querySelector("#verdict");
  if (closer && verdict) verdict.after(closer.element);
  else if (closer) article.prepend(closer.element);
  return closer;
}
