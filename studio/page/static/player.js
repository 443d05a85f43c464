// The player: people on a social graph, week by week, on one canvas for each plan.
//
// One module without imports, so that the page, a notebook and a report that is a single file use the same text.
// Every figure it prints comes as ready text with the data (studio/page/player_data.py); numbers here only draw.

const N_STAGES = 6;
const SPEEDS = [["0.5", "Slow"], ["1", "Normal"], ["2", "Fast"], ["4", "Very fast"]];
const STEPS_PER_SECOND = { week: 1.6, day: 8 };
const MEASURES = { reached: "People who know it", customers: "Customers" };

// ---- what can be worked out without a page -------------------------------------------------------------------

/** Numbers of one frame's text: the stage, plus 6 for a customer or 12 for a rival's, plus 18 for a detractor. */
export function decode(text) {
  const out = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) out[i] = parseInt(text[i], 36);
  return out;
}

/** What one code says about a person. */
export function read(code) {
  const whose = Math.floor(code / N_STAGES) % 3;
  return { stage: code % N_STAGES, customer: whose === 1, rivals: whose === 2, detractor: code >= 3 * N_STAGES };
}

/** Whether a person counts: knows the brand, or is a customer. */
export function counts(code, measure) {
  const one = read(code);
  return measure === "customers" ? one.customer : one.stage > 0;
}

/** How many people count in each frame. */
export function line(frames, measure) {
  return frames.map((frame) => frame.reduce((sum, code) => sum + (counts(code, measure) ? 1 : 0), 0));
}

/** People who count in one frame and not in the other. */
export function onlyIn(frame, other, measure) {
  const out = [];
  for (let i = 0; i < frame.length; i++) if (counts(frame[i], measure) && !counts(other[i], measure)) out.push(i);
  return out;
}

/** People who stand elsewhere, buy or no longer buy from us, or feel otherwise than in the frame before. */
export function moved(frames, week) {
  const out = [];
  const ours = (code) => code - (read(code).rivals ? 2 * N_STAGES : 0); // rivals' customers are not our news
  if (week > 0) for (let i = 0; i < frames[week].length; i++) if (ours(frames[week][i]) !== ours(frames[week - 1][i])) out.push(i);
  return out;
}

/** The week that a key leads to, or null if the key means nothing here. */
export function weekAfter(key, week, last) {
  const to = { ArrowRight: week + 1, ArrowUp: week + 1, ArrowLeft: week - 1, ArrowDown: week - 1, Home: 0, End: last };
  return key in to ? Math.max(0, Math.min(last, to[key])) : null;
}

/** The person nearest to a point, if one is within reach; -1 otherwise. */
export function nearest(xs, ys, x, y, reach) {
  let best = -1;
  let least = reach * reach;
  for (let i = 0; i < xs.length; i++) {
    const d = (xs[i] - x) ** 2 + (ys[i] - y) ** 2;
    if (d <= least) [best, least] = [i, d];
  }
  return best;
}

/** Everybody's contacts, from a flat list of pairs. */
export function contacts(ties, n) {
  const out = Array.from({ length: n }, () => []);
  for (let k = 0; k < ties.length; k += 2) {
    out[ties[k]].push(ties[k + 1]);
    out[ties[k + 1]].push(ties[k]);
  }
  return out;
}

/** How large a person is drawn. */
export function radius(width, height, n) {
  return Math.max(2.1, Math.min(6.5, 0.27 * Math.sqrt((width * height) / Math.max(n, 1))));
}

/** The data with numbers for texts, as the player keeps it. */
export function prepare(data) {
  const seen = (one) => ({ ...one, frames: one.frames.map(decode) });
  const arms = data.arms.map((arm) => ({ ...seen(arm), alone: arm.alone ? seen(arm.alone) : null }));
  return { ...data, arms };
}

/** What a person did in a week, in words. */
export function story(data, arm, seen, person, week) {
  const now = read(seen.frames[week][person]);
  const words = [data.stages[now.stage]];
  if (now.customer) words.push("customer");
  if (now.rivals) words.push("customer of a rival");
  if (now.detractor) words.push("speaks badly of it");
  if (seen.seeds.includes(person)) words.push("was given the product");
  let text = words.join(", ");
  if (week > 0) {
    const before = read(seen.frames[week - 1][person]);
    if (now.customer !== before.customer) text += now.customer ? `. Became a customer this ${data.step}` : `. No longer a customer since this ${data.step}`;
    if (now.detractor && !before.detractor) text += `. Disappointed, or turned by others, this ${data.step}`;
    const cause = seen.causes[week - 1][person];
    if (cause !== "." && before.stage !== now.stage) {
      const way = now.stage > before.stage ? "up" : "back";
      text += `. This ${data.step} ${way} from ${data.stages[before.stage]}: ${data.cause_words[parseInt(cause, 36)]}`;
    } else {
      for (let w = week - 1; w >= 0; w--) {
        if (seen.causes[w][person] !== ".") {
          const why = data.cause_words[parseInt(seen.causes[w][person], 36)];
          text += `. Last moved in ${data.labels[w + 1].toLowerCase()}: ${why}`;
          break;
        }
      }
    }
  }
  return `${text}.`;
}

// ---- shapes --------------------------------------------------------------------------------------------------

/** Colours of the page, by role; shapes tell stages apart where colours do not. */
function palette(element) {
  const style = getComputedStyle(element);
  const role = (name, other) => style.getPropertyValue(`--${name}`).trim() || other;
  const fallback = ["#e9ece9", "#cfe3dc", "#94cabb", "#4fa595", "#1f7a72", "#0d4a4c"];
  return {
    ink: role("ink", "#1c2733"), paper: role("paper", "#fdfdfb"), muted: role("muted", "#5a6673"),
    grid: role("grid", "#d8dee4"), a: role("plan-0", "#12355b"), b: role("plan-1", "#b4410f"),
    stages: fallback.map((colour, k) => role(`stage-${k}`, colour)),
  };
}

function trace(ctx, stage, x, y, r) {
  const corner = (n, turn, inner = 0) => {
    const m = inner ? 2 * n : n;
    for (let k = 0; k < m; k++) {
      const angle = turn + (2 * Math.PI * k) / m;
      const size = inner && k % 2 ? r * inner : r;
      ctx[k ? "lineTo" : "moveTo"](x + size * Math.cos(angle), y + size * Math.sin(angle));
    }
    ctx.closePath();
  };
  ctx.beginPath();
  if (stage === 0) ctx.arc(x, y, r * 0.55, 0, 2 * Math.PI);
  else if (stage === 1) ctx.arc(x, y, r * 0.85, 0, 2 * Math.PI);
  else if (stage === 2) ((r *= 1.15), corner(3, -Math.PI / 2));
  else if (stage === 3) ((r *= 1.12), corner(4, Math.PI / 4));
  else if (stage === 4) ((r *= 1.22), corner(4, 0));
  else ((r *= 1.5), corner(5, -Math.PI / 2, 0.48));
}

/** One person: the stage's shape, a ring for a customer, a frame for a rival's, a cross for a detractor, a pin for who was given it. */
function person(ctx, colours, code, seed, x, y, r) {
  const { stage, customer, rivals, detractor } = read(code);
  trace(ctx, stage, x, y, r);
  ctx.fillStyle = stage ? colours.stages[stage] : colours.paper;
  ctx.fill();
  ctx.lineWidth = Math.max(0.7, r * 0.16);
  ctx.strokeStyle = stage ? colours.ink : colours.muted;
  ctx.stroke();
  if (customer) {
    ctx.beginPath();
    ctx.arc(x, y, r * 1.62, 0, 2 * Math.PI);
    ctx.lineWidth = Math.max(1, r * 0.24);
    ctx.strokeStyle = colours.ink;
    ctx.stroke();
  }
  if (rivals) {
    ctx.lineWidth = 0.8;
    ctx.globalAlpha = 0.6;
    ctx.strokeStyle = colours.muted;
    ctx.strokeRect(x - 1.4 * r, y - 1.4 * r, 2.8 * r, 2.8 * r);
    ctx.globalAlpha = 1;
  }
  if (detractor) {
    ctx.beginPath();
    for (const s of [-1, 1]) {
      ctx.moveTo(x - 1.25 * r, y - s * 1.25 * r);
      ctx.lineTo(x + 1.25 * r, y + s * 1.25 * r);
    }
    ctx.lineWidth = Math.max(1.4, r * 0.42);
    ctx.strokeStyle = colours.b;
    ctx.stroke();
  }
  if (seed) {
    ctx.beginPath();
    ctx.moveTo(x, y - 1.75 * r);
    ctx.lineTo(x - 1.05 * r, y - 3.5 * r);
    ctx.lineTo(x + 1.05 * r, y - 3.5 * r);
    ctx.closePath();
    ctx.fillStyle = colours.b;
    ctx.fill();
    ctx.lineWidth = 1;
    ctx.strokeStyle = colours.paper;
    ctx.stroke();
  }
}

function fitted(canvas, width, height) {
  const scale = Math.min(window.devicePixelRatio || 1, 2);
  const [w, h] = [Math.round(width * scale), Math.round(height * scale)];
  if (canvas.width !== w || canvas.height !== h) [canvas.width, canvas.height] = [w, h];
  const ctx = canvas.getContext("2d");
  ctx.setTransform(scale, 0, 0, scale, 0, 0);
  return ctx;
}

/** One plan's drawing: ties are drawn once, people once a week, and what moves on top of them every frame. */
class Drawing {
  constructor(canvas) {
    this.canvas = canvas;
    this.ties = document.createElement("canvas");
    this.base = document.createElement("canvas");
  }

  resize(width, height, data, pairs, colours) {
    Object.assign(this, { width, height, colours, r: radius(width, height, data.n) });
    const edge = 4 * this.r + 4;
    this.xs = data.x.map((x) => edge + x * (width - 2 * edge));
    this.ys = data.y.map((y) => edge + y * (height - 2 * edge));
    this.ctx = fitted(this.canvas, width, height);
    const ctx = fitted(this.ties, width, height);
    ctx.clearRect(0, 0, width, height);
    ctx.strokeStyle = colours.muted;
    const n_pairs = pairs.ties.length / 2;
    // Many ties are fainter; few loose ones among many close ones stay in sight.
    for (const [from, to] of [[0, pairs.n_strong], [pairs.n_strong, n_pairs]]) {
      ctx.lineWidth = 0.7;
      ctx.globalAlpha = Math.max(0.06, Math.min(0.6, 8 / Math.sqrt(to - from + 1)));
      ctx.beginPath();
      for (let k = from; k < to; k++) {
        const [i, j] = [pairs.ties[2 * k], pairs.ties[2 * k + 1]];
        ctx.moveTo(this.xs[i], this.ys[i]);
        ctx.lineTo(this.xs[j], this.ys[j]);
      }
      ctx.stroke();
    }
    ctx.globalAlpha = 1;
    this.sprites = new Map();
  }

  sprite(code, seed) {
    const key = code + (seed ? 64 : 0);
    if (!this.sprites.has(key)) {
      const size = Math.ceil(8 * this.r);
      const canvas = document.createElement("canvas");
      person(fitted(canvas, size, size), this.colours, code, seed, size / 2, size / 2, this.r);
      this.sprites.set(key, { canvas, size });
    }
    return this.sprites.get(key);
  }

  week(codes, seeds, marked, colour) {
    const ctx = fitted(this.base, this.width, this.height);
    ctx.clearRect(0, 0, this.width, this.height);
    ctx.drawImage(this.ties, 0, 0, this.width, this.height);
    ctx.fillStyle = colour;
    ctx.globalAlpha = 0.3;
    for (const i of marked) {
      ctx.beginPath();
      ctx.arc(this.xs[i], this.ys[i], this.r * 2.6, 0, 2 * Math.PI);
      ctx.fill();
    }
    ctx.globalAlpha = 1;
    const given = new Set(seeds);
    // The low stages first, so that nobody who matters is hidden behind somebody who does not.
    for (let stage = 0; stage < N_STAGES; stage++) {
      for (let i = 0; i < codes.length; i++) {
        if (codes[i] % N_STAGES !== stage) continue;
        const { canvas, size } = this.sprite(codes[i], given.has(i));
        ctx.drawImage(canvas, this.xs[i] - size / 2, this.ys[i] - size / 2, size, size);
      }
    }
  }

  frame(pulsing, age, chosen, talkers) {
    const { ctx, r } = this;
    ctx.clearRect(0, 0, this.width, this.height);
    ctx.drawImage(this.base, 0, 0, this.width, this.height);
    if (age < 1 && pulsing.length) {
      ctx.strokeStyle = this.colours.ink;
      ctx.globalAlpha = 0.55 * (1 - age);
      ctx.lineWidth = 1.2;
      ctx.beginPath();
      for (const i of pulsing) {
        const size = r * (1.4 + 1.8 * age);
        ctx.moveTo(this.xs[i] + size, this.ys[i]);
        ctx.arc(this.xs[i], this.ys[i], size, 0, 2 * Math.PI);
      }
      ctx.stroke();
      ctx.globalAlpha = 1;
    }
    if (chosen < 0) return;
    ctx.strokeStyle = this.colours.ink;
    for (const [j, talks] of talkers) {
      ctx.lineWidth = talks ? 1.8 : 0.7;
      ctx.beginPath();
      ctx.moveTo(this.xs[chosen], this.ys[chosen]);
      ctx.lineTo(this.xs[j], this.ys[j]);
      ctx.stroke();
    }
    ctx.lineWidth = 2;
    ctx.beginPath();
    ctx.arc(this.xs[chosen], this.ys[chosen], r * 2.4, 0, 2 * Math.PI);
    ctx.stroke();
  }
}

// ---- the parts of the page -----------------------------------------------------------------------------------

let number = 0;

/** An element with attributes, listeners (on...) and what is inside it. */
export function make(tag, attributes = {}, ...inside) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value !== null) node.setAttribute(name, value);
  }
  node.append(...inside);
  return node;
}

function check(label, checked, change) {
  const box = make("input", { type: "checkbox", onchange: (event) => change(event.target.checked) });
  box.checked = checked;
  return { box, node: make("label", { class: "pl-check" }, box, make("span", {}, label)) };
}

function choice(label, options, change) {
  const select = make("select", { onchange: (event) => change(event.target.value) });
  for (const [value, text] of options) select.append(make("option", { value }, text));
  return { select, node: make("label", { class: "pl-choice" }, make("span", {}, label), select) };
}

/** A small picture of one mark, for the legend. */
function mark(colours, code, seed) {
  const canvas = make("canvas", { class: "pl-mark", "aria-hidden": "true" });
  person(fitted(canvas, 22, 22), colours, code, seed, 11, seed ? 15 : 11, seed ? 4 : 5.5);
  return canvas;
}

/**
 * Show data from studio/page/player_data.py in an element.
 *
 * Options: autoplay (false), speed (1), week (0), measure ("reached" or "customers"), head (true), onWeek. Returns destroy(), seek(week), play(), pause(),
 * update(data) and bench(frames), which draws so many whole weeks and says how many milliseconds each took.
 */
export function mount(element, given, options = {}) {
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const id = `pl${(number += 1)}`;
  const ui = {};
  let data;
  let drawings = [];
  let known = [];
  let colours;
  const state = { week: 0, playing: false, speed: options.speed || 1, age: 1, chosen: -1, pinned: false, same: true,
    differ: true, measure: "reached", frame: 0, then: 0, moved: [] };

  const last = () => data.labels.length - 1;
  const seen = (k) => (k === 1 && !state.same && data.arms[1].alone ? data.arms[1].alone : data.arms[k]);
  const two = () => data.arms.length > 1;

  // -- build

  function build() {
    const root = make("section", { class: "apath-player", "aria-label": `Player: ${data.title}`, onkeydown: key });
    ui.figures = make("div", { class: two() ? "pl-arms pl-two" : "pl-arms" });
    drawings = data.arms.map((arm) => {
      const canvas = make("canvas", { class: "pl-canvas", role: "img", tabindex: "0", "aria-describedby": `${id}-how` });
      const drawing = new Drawing(canvas);
      const k = drawings.length;
      canvas.addEventListener("pointermove", (event) => point(event, drawing, false));
      canvas.addEventListener("pointerleave", () => state.pinned || choose(-1));
      canvas.addEventListener("click", (event) => point(event, drawing, true));
      drawing.tally = make("span", { class: "pl-tally" });
      const name = two() ? [make("b", { class: `pl-name pl-name-${arm.name.toLowerCase()}` }, arm.name), " "] : [];
      const caption = make("figcaption", {}, make("span", {}, ...name, arm.title), drawing.tally);
      ui.figures.append(make("figure", { class: `pl-figure pl-figure-${k}` }, caption, canvas));
      drawings.push(drawing);
      return drawing;
    });
    ui.play = make("button", { type: "button", class: "pl-button pl-play", onclick: () => (state.playing ? pause() : play()) }, "Play");
    const back = make("button", { type: "button", class: "pl-button", "aria-label": `One ${data.step} back`, onclick: () => go(state.week - 1) }, "‹");
    const on = make("button", { type: "button", class: "pl-button", "aria-label": `One ${data.step} on`, onclick: () => go(state.week + 1) }, "›");
    ui.slider = make("input", { type: "range", class: "pl-slider", min: "0", max: String(last()), step: "1", value: "0",
      "aria-label": data.step === "day" ? "Day" : "Week", oninput: (event) => go(Number(event.target.value)) });
    ui.week = make("span", { class: "pl-week", "aria-hidden": "true" });
    ui.speed = choice("Speed", SPEEDS, (value) => (state.speed = Number(value)));
    ui.speed.select.value = String(state.speed);
    ui.calm = make("p", { class: "pl-note" }, `Your system asks for less motion: step ${data.step} by ${data.step}.`);
    const bar = make("div", { class: "pl-bar" }, ui.play, back, on, ui.slider, ui.week, ui.speed.node);

    ui.measure = choice("Count", Object.entries(MEASURES), (value) => ((state.measure = value), refresh()));
    const row = make("div", { class: "pl-options" }, ui.measure.node);
    ui.gap = make("p", { class: "pl-gap" });
    if (two()) {
      ui.differ = check("Mark who differs", state.differ, (on) => ((state.differ = on), refresh()));
      row.append(ui.differ.node);
      if (data.arms[1].alone) {
        ui.same = check("Same people in B", state.same, (on) => ((state.same = on), refresh(), table(), say(gapText())));
        row.append(ui.same.node);
      }
    }
    row.append(make("button", { type: "button", class: "pl-button pl-next", onclick: nextMover }, "Who moved? Next person"));
    ui.person = make("p", { class: "pl-person" });
    ui.legend = make("ul", { class: "pl-legend", "aria-label": "Marks, and how many people there are of each" });
    ui.chart = make("canvas", { class: "pl-chart", role: "img" });
    ui.ends = make("p", { class: "pl-ends" });
    ui.status = make("p", { class: "pl-status", role: "status" });
    ui.table = make("div", { class: "pl-scroll", tabindex: "0", role: "region", "aria-label": `Counts by ${data.step}` });
    ui.details = make("details", { class: "pl-table", ontoggle: table }, make("summary", {}, `Counts by ${data.step}, as a table`), ui.table);
    root.append(
      make("div", { class: "pl-head" }, options.head === false ? "" : make("h3", { class: "pl-title" }, data.title), make("p", { class: "pl-note" }, [data.people_text, data.note, ""].filter((text, k) => text || k === 2).join(". ").trim())),
      bar, ui.calm, ui.figures, row, ui.gap, ui.person, ui.legend,
      make("figure", { class: "pl-line" }, (ui.chartTitle = make("figcaption", {})), ui.chart, ui.ends),
      ui.details,
      make("p", { class: "pl-how", id: `${id}-how` }, `Space plays, arrow keys step a ${data.step}, Home and End go to the ends. Point at somebody to see why they moved.`),
      make("p", { class: "pl-provenance" }, data.provenance), ui.status,
    );
    element.replaceChildren(root);
    ui.root = root;
    motion();
  }

  function motion() {
    ui.calm.hidden = !calm.matches;
    ui.play.hidden = calm.matches;
    ui.speed.node.hidden = calm.matches;
    if (calm.matches) pause();
  }

  function legend() {
    ui.counts = [];
    const item = (picture, text, what) => {
      const cells = data.arms.map(() => make("span", { class: "pl-count" }));
      ui.counts.push({ cells, what });
      ui.legend.append(make("li", {}, picture, make("span", { class: "pl-label" }, text), ...cells));
    };
    ui.legend.replaceChildren();
    data.stages.forEach((name, stage) => item(mark(colours, stage, false), name, stage));
    item(mark(colours, N_STAGES + 4, false), "Customer (ring)", "customers");
    const any = (name) => data.arms.some((arm) => arm[name].some((text) => text !== "0"));
    if (any("rivals")) item(mark(colours, 2 * N_STAGES + 1, false), "Rival’s customer (frame)", "rivals");
    if (any("detractors")) item(mark(colours, 3 * N_STAGES + 1, false), "Speaks badly (cross)", "detractors");
    if (data.arms.some((arm) => arm.seeds.length)) ui.legend.append(make("li", {}, mark(colours, 3, true), make("span", { class: "pl-label" }, "Given the product")));
  }

  function table() {
    if (!ui.details.open) return; // thousands of cells are made when somebody wants them
    const columns = [...data.stages, "Customers", "Rivals’ customers", "Detractors"];
    const head = make("tr", {}, make("th", { scope: "col" }, data.step === "day" ? "Day" : "Week"));
    data.arms.forEach((arm) => columns.forEach((name) => head.append(make("th", { scope: "col" }, two() ? `${name}, ${arm.name}` : name))));
    const body = make("tbody");
    data.labels.forEach((label, week) => {
      const cells = data.arms.flatMap((_, k) => [...seen(k).counts[week], seen(k).customers[week], seen(k).rivals[week], seen(k).detractors[week]]);
      body.append(make("tr", {}, make("th", { scope: "row" }, label), ...cells.map((text) => make("td", {}, text))));
    });
    ui.table.replaceChildren(make("table", {}, make("caption", {}, `People at each stage at the end of the ${data.step}`), make("thead", {}, head), body));
  }

  // -- draw

  function resize() {
    colours = palette(ui.root);
    const width = Math.floor(drawings[0].canvas.parentElement.clientWidth);
    if (width < 10) return;
    const height = Math.round(Math.min(width * 0.8, 560));
    data.arms.forEach((arm, k) => {
      drawings[k].canvas.style.height = `${height}px`;
      drawings[k].resize(width, height, data, arm.ties ? arm : data, colours);
    });
    legend();
    refresh();
  }

  function chart() {
    const width = Math.floor(ui.chart.parentElement.clientWidth);
    if (width < 10) return;
    const height = 96;
    ui.chart.style.height = `${height}px`;
    const ctx = fitted(ui.chart, width, height);
    ctx.clearRect(0, 0, width, height);
    const lines = data.arms.map((_, k) => line(seen(k).frames, state.measure));
    const most = Math.max(1, ...lines.flat());
    const at = (week, value) => [6 + (week / Math.max(last(), 1)) * (width - 12), height - 8 - (value / most) * (height - 18)];
    ctx.strokeStyle = colours.grid;
    ctx.lineWidth = 1;
    ctx.beginPath();
    ctx.moveTo(...at(0, 0));
    ctx.lineTo(...at(last(), 0));
    ctx.stroke();
    ctx.strokeStyle = colours.muted;
    ctx.setLineDash([2, 3]);
    ctx.beginPath();
    ctx.moveTo(at(state.week, 0)[0], 4);
    ctx.lineTo(...at(state.week, 0));
    ctx.stroke();
    lines.forEach((values, k) => {
      ctx.strokeStyle = k ? colours.b : colours.a;
      ctx.setLineDash(k ? [7, 4] : []);
      ctx.lineWidth = 2;
      ctx.beginPath();
      values.forEach((value, week) => ctx[week ? "lineTo" : "moveTo"](...at(week, value)));
      ctx.stroke();
      ctx.setLineDash([]);
      ctx.fillStyle = ctx.strokeStyle;
      ctx.beginPath();
      if (k) ctx.rect(at(state.week, values[state.week])[0] - 4, at(state.week, values[state.week])[1] - 4, 8, 8);
      else ctx.arc(...at(state.week, values[state.week]), 4.5, 0, 2 * Math.PI);
      ctx.fill();
    });
    ctx.setLineDash([]);
    const now = data.arms.map((arm, k) => `${two() ? `${arm.name} ` : ""}${seen(k)[state.measure][state.week]}`).join(", ");
    const end = data.arms.map((arm, k) => `${two() ? `${arm.name} ` : ""}${seen(k)[state.measure][last()]}`).join(", ");
    ui.chartTitle.textContent = `${MEASURES[state.measure]}, ${data.step} by ${data.step}${two() ? " (A solid, B dashed)" : ""}`;
    ui.ends.textContent = `${data.labels[state.week]}: ${now}. At the end: ${end}.`;
    ui.chart.setAttribute("aria-label", `${ui.chartTitle.textContent}. ${ui.ends.textContent}`);
  }

  function gapText() {
    if (!two()) return "";
    const kind = state.same || !data.gaps.alone ? "paired" : "alone";
    const [more, onlyB, onlyA] = data.gaps[kind][state.measure][state.week];
    if (more === "0" && onlyB === "0" && onlyA === "0") return `In this ${data.step}, the same people are counted in B and in A.`;
    const what = state.measure === "customers" ? "are customers" : "know it";
    const end = kind === "paired" ? `The people${data.arms[1].ties ? "" : ", their friends"} and their stubbornness are the same, so the difference comes from what is done differently.`
      : "People in B have another stubbornness now, so chance and what is done differently are mixed.";
    return `B against A: ${more}. ${onlyB} ${what} only in B, ${onlyA} only in A. ${data.arms[1].alone ? end : ""}`;
  }

  function refresh() {
    data.arms.forEach((arm, k) => {
      const now = seen(k).frames[state.week];
      const marked = two() && state.differ ? onlyIn(now, seen(1 - k).frames[state.week], state.measure) : [];
      drawings[k].week(now, seen(k).seeds, marked, k ? colours.b : colours.a);
      const tally = `Know it: ${seen(k).reached[state.week]}, customers: ${seen(k).customers[state.week]}`;
      drawings[k].tally.textContent = tally;
      const stages = data.stages.map((name, s) => `${name} ${seen(k).counts[state.week][s]}`).join(", ");
      drawings[k].canvas.setAttribute("aria-label", `${two() ? `${arm.name}, ` : ""}${arm.title}. ${data.labels[state.week]} ${data.of_weeks}: ${tally}. ${stages}.`);
      for (const { cells, what } of ui.counts) {
        const text = typeof what === "number" ? seen(k).counts[state.week][what] : seen(k)[what][state.week];
        cells[k].textContent = two() ? `${arm.name} ${text}` : text;
      }
    });
    ui.slider.value = String(state.week);
    ui.week.textContent = `${data.labels[state.week]} ${data.of_weeks}`;
    ui.slider.setAttribute("aria-valuetext", ui.week.textContent);
    ui.gap.textContent = gapText();
    ui.gap.hidden = !two();
    chart();
    choose(state.chosen);
    paint();
  }

  function paint() {
    data.arms.forEach((_, k) => {
      const around = state.chosen < 0 ? [] : known[k][state.chosen].map((j) => [j, talks(k, j)]);
      drawings[k].frame(state.moved[k] || [], state.age, state.chosen, around);
    });
  }

  const talks = (k, j) => state.week > 0 && read(seen(k).frames[state.week - 1][j]).stage >= data.talk_from;

  function tick(now) {
    const step = Math.min(now - state.then, 100) / 1000;
    state.then = now;
    state.age += step * state.speed * STEPS_PER_SECOND[data.step];
    if (state.age >= 1 && state.playing) {
      if (state.week >= last()) pause();
      else show(state.week + 1);
    } else paint();
    state.frame = state.playing || state.age < 1 ? requestAnimationFrame(tick) : 0;
  }

  function animate() {
    if (state.frame) return;
    state.then = performance.now();
    state.frame = requestAnimationFrame(tick);
  }

  function show(week) {
    state.week = Math.max(0, Math.min(last(), week));
    state.moved = calm.matches ? [] : data.arms.map((_, k) => moved(seen(k).frames, state.week));
    state.age = calm.matches ? 1 : 0;
    refresh();
    if (options.onWeek) options.onWeek(state.week);
  }

  // -- what people do

  function say(text) {
    ui.status.textContent = text;
  }

  function summary() {
    const each = data.arms.map((arm, k) => `${two() ? `${arm.name}: ` : ""}know it: ${seen(k).reached[state.week]}, customers: ${seen(k).customers[state.week]}`);
    return `${data.labels[state.week]}: ${each.join("; ")}.`;
  }

  function go(week) {
    pause(true);
    show(week);
    if (!calm.matches) animate();
    say(summary());
  }

  function play() {
    if (calm.matches || state.playing) return;
    if (state.week >= last()) show(0);
    state.playing = true;
    ui.play.textContent = "Pause";
    say("Playing");
    animate();
  }

  function pause(quietly = false) {
    const was = state.playing;
    state.playing = false;
    ui.play.textContent = "Play";
    if (was && !quietly) say(`Paused. ${summary()}`);
  }

  function key(event) {
    const on = event.target.tagName;
    if (event.altKey || event.ctrlKey || event.metaKey || on === "SELECT" || event.target === ui.table) return;
    if (event.key === " " && !["BUTTON", "SUMMARY"].includes(on) && event.target.type !== "checkbox") {
      event.preventDefault();
      if (state.playing) pause();
      else if (calm.matches) go(state.week + 1);
      else play();
      return;
    }
    const week = weekAfter(event.key, state.week, last());
    if (week === null || event.target.type === "checkbox") return;
    event.preventDefault();
    go(week);
  }

  function point(event, drawing, pin) {
    const box = drawing.canvas.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    const who = nearest(drawing.xs, drawing.ys, x, y, Math.max(3 * drawing.r, 9));
    if (pin) state.pinned = who >= 0;
    if (pin || !state.pinned) choose(who);
  }

  function choose(who) {
    const same = who === state.chosen && who < 0;
    state.chosen = who;
    if (who < 0) {
      if (!same || !ui.person.textContent) ui.person.textContent = "Point at a person, or go from one who moved to the next.";
      if (!same) paint();
      return;
    }
    const parts = data.arms.map((arm, k) => {
      const friends = known[k][who];
      const loud = friends.filter((j) => talks(k, j)).length;
      const plural = friends.length === 1 ? "contact" : "contacts";
      const heard = friends.length ? ` ${data.numerals[loud]} of ${data.numerals[friends.length]} ${plural} were talking.` : "";
      return `${two() ? `${arm.name}: ` : "This person: "}${story(data, arm, seen(k), who, state.week)}${heard}`;
    });
    ui.person.textContent = parts.join(" ");
    paint();
  }

  function nextMover() {
    pause(true);
    const all = [...new Set(data.arms.flatMap((_, k) => moved(seen(k).frames, state.week)))].sort((a, b) => a - b);
    if (!all.length) {
      choose(-1);
      ui.person.textContent = state.week ? `Nobody moved in this ${data.step}.` : `Nobody has moved yet: step to a later ${data.step}.`;
      say(ui.person.textContent);
      return;
    }
    state.pinned = true;
    choose(all.find((i) => i > state.chosen) ?? all[0]);
    say(ui.person.textContent);
  }

  // -- life

  function take(raw) {
    data = prepare(raw);
    known = data.arms.map((arm) => contacts(arm.ties || data.ties, data.n));
    state.chosen = -1;
    state.pinned = false;
    state.moved = [];
    state.age = 1;
    state.week = Math.max(0, Math.min(last(), state.week));
    state.same = state.same || !two() || !data.arms[1].alone;
    build();
    ui.measure.select.value = state.measure;
    resize();
    sizes.disconnect();
    sizes.observe(ui.figures);
  }

  let width = 0;
  const sizes = new ResizeObserver(() => {
    const now = ui.figures.clientWidth;
    if (now && now !== width) {
      width = now;
      resize();
    }
  });
  const repaint = () => resize();
  calm.addEventListener("change", motion);
  dark.addEventListener("change", repaint);
  state.week = options.week || 0;
  state.measure = options.measure || "reached";
  take(given);
  if (options.autoplay && !calm.matches) play();

  return {
    destroy() {
      state.playing = false;
      cancelAnimationFrame(state.frame);
      sizes.disconnect();
      calm.removeEventListener("change", motion);
      dark.removeEventListener("change", repaint);
      element.replaceChildren();
    },
    seek: go,
    play,
    pause: () => pause(),
    update(raw) {
      const was = state.playing;
      const focus = document.activeElement && element.contains(document.activeElement) ? document.activeElement.className : "";
      state.playing = false;
      cancelAnimationFrame(state.frame);
      state.frame = 0;
      take(raw);
      if (focus) element.querySelector(`.${focus.split(" ").join(".")}`)?.focus();
      if (was) play();
    },
    get week() {
      return state.week;
    },
    /** Draw whole weeks as fast as it goes; milliseconds for each, every pixel read back so that none is put off. */
    bench(frames = 60) {
      pause(true);
      const began = performance.now();
      for (let k = 0; k < frames; k++) {
        show(k % (last() + 1));
        for (const drawing of drawings) drawing.ctx.getImageData(0, 0, 1, 1);
      }
      return (performance.now() - began) / frames;
    },
  };
}

/** For notebooks (anywidget): the model holds data and week. */
export default {
  render({ model, el }) {
    const host = document.createElement("div");
    el.append(host);
    const options = { autoplay: model.get("autoplay"), measure: model.get("measure") };
    const player = mount(host, model.get("data"), options);
    const change = () => player.update(model.get("data"));
    model.on("change:data", change);
    return () => {
      model.off("change:data", change);
      player.destroy();
    };
  },
};
