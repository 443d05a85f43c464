// Weeks to paint: one bar for each week of each channel, kind of post and hours, by mouse, finger and keyboard.

import { field, h, say } from "./dom.js";
import { amountOf, painted, same, spread, stretch, usual } from "./paint.js";

const GROUPS = { media: "Paid media", posts: "Own posts", community: "Community management" };
const TOOLS = {
  burst: ["Burst", "painted weeks get the amount"],
  even: ["Always on", "every week gets the amount"],
  clear: ["Clear", "painted weeks get nothing"],
};
const FIRST = { money: 1000, posts: 3, hours: 10 };

/**
 * The grid of a plan.
 *
 * @param {{name: string, weeks: object[], currency: string, begin: (row: object) => number|undefined,
 *          changed: (rows: object[]) => void}} asked where a brush of an empty row begins, and who takes what was painted
 * @returns {{element: HTMLElement, update: (rows: object[]) => void, priced: (said: object|null) => void}}
 */
export function weekGrid({ name, weeks, currency, begin, changed }) {
  let rows = [], lines = [], texts = [], row = 0, week = 0, tool = "burst", stroke = null;
  const brushes = new Map(); // what was typed stays, whichever row is painted next
  const unitOf = (one) => (one.unit === "money" ? currency : one.unit);
  const keyOf = (one) => `${one.lever} ${one.item}`;

  const radios = Object.entries(TOOLS).map(([key, [title, what]]) => h("label", { class: "tool", title: what },
    h("input", { type: "radio", name: `tool ${name}`, value: key, checked: key === tool, onchange: () => { tool = key; } }),
    h("span", {}, title)));
  const amount = h("input", { type: "text", inputMode: "decimal", autocomplete: "off", class: "short" });
  const total = h("input", { type: "text", inputMode: "decimal", autocomplete: "off", class: "short" });
  const amountUnit = h("span", { class: "unit" });
  const totalUnit = h("span", { class: "unit" });
  const chosen = h("p", { class: "chosen" });
  const wrong = h("p", { class: "wrong", role: "alert" });
  const place = h("div", { class: "grids" });
  const amountField = field("Amount a week", amount);
  const totalField = field("Total", total);
  amountField.classList.add("inline");
  totalField.classList.add("inline");
  amountField.append(amountUnit);
  totalField.append(totalUnit);
  const tools = h("div", { class: "tools", role: "group", "aria-label": `Painting, ${name}` },
    h("fieldset", { class: "choice" }, h("legend", { class: "unseen" }, "What painting does"), radios),
    amountField, totalField,
    h("button", { type: "button", class: "quiet", onclick: () => spreadTotal() }, "Spread over the painted weeks"));

  amount.addEventListener("input", () => { if (rows[row]) brushes.set(rows[row].unit, amount.value); mark(amount, true); });
  amount.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !rows[row]) return;
    event.preventDefault();
    if (apply([week])) focusCell();
  });
  total.addEventListener("keydown", (event) => {
    if (event.key === "Enter") { event.preventDefault(); spreadTotal(); }
  });

  function mark(control, fine, words = "") {
    if (fine) control.removeAttribute("aria-invalid");
    else control.setAttribute("aria-invalid", "true");
    wrong.textContent = words;
  }

  function typed(control, what) {
    const value = amountOf(control.value);
    mark(control, value !== null, value === null ? `${what} must be a number of 0 or more, such as 5000 or 5k.` : "");
    if (value === null) control.focus();
    return value;
  }

  /** The amount of the brush where one is needed; undefined where it cannot be used. */
  function brush() {
    if (tool === "clear") return 0;
    const value = typed(amount, "The amount");
    return value === null ? undefined : value;
  }

  function put(at, amounts) {
    if (same(rows[at].amounts, amounts)) return;
    changed(rows.map((one, place) => (place === at ? { ...one, amounts } : one)));
  }

  function apply(some) {
    const value = brush();
    if (value === undefined) return false;
    put(row, painted(rows[row].amounts, some, tool, value));
    return true;
  }

  function spreadTotal() {
    if (!rows[row]) return;
    const value = typed(total, "The total");
    if (value === null) return;
    put(row, spread(value, rows[row].amounts));
    say(`${rows[row].item}: spread`);
  }

  function choose(nextRow, nextWeek) {
    const before = rows[row] && lines[row]?.cells[week];
    if (before) before.tabIndex = -1;
    const other = nextRow !== row || !lines[row]?.element.classList.contains("on");
    lines[row]?.element.classList.remove("on");
    [row, week] = [nextRow, nextWeek];
    lines[row].element.classList.add("on");
    for (const [start, end] of groups()) {
      const inside = row >= start && row < end;
      for (let k = start; k < end; k += 1) for (const cell of lines[k].cells) if (cell.tabIndex === 0) cell.tabIndex = -1;
      if (!inside) lines[start].cells[0].tabIndex = 0;
    }
    lines[row].cells[week].tabIndex = 0;
    if (other) {
      const one = rows[row];
      amount.value = brushes.get(one.unit) ?? String(usual(one.amounts, begin(one) ?? FIRST[one.unit]));
      total.value = "";
      amountUnit.textContent = `${unitOf(one)} for ${one.item}`;
      totalUnit.textContent = unitOf(one);
      amountField.querySelector("label").textContent = one.unit === "money" ? "Amount a week" : `${one.unit} a week`;
      mark(amount, true);
    }
    read(row, week);
  }

  const textOf = (r, w) => texts[r]?.texts?.[w] ?? String(rows[r].amounts[w]);

  function read(r, w) {
    chosen.textContent = `${rows[r].item}, week of ${weeks[w].label}: ${textOf(r, w)} ${unitOf(rows[r])}`;
  }

  function focusCell() {
    lines[row].cells[week].focus();
    lines[row].cells[week].scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  /** A cell that keeps the focus is not read again: what it is now is said. */
  const told = () => say(`week of ${weeks[week].label}: ${rows[row].amounts[week]} ${unitOf(rows[row])}`);

  function groups() {
    const out = [];
    rows.forEach((one, place) => {
      if (!place || rows[place - 1].lever !== one.lever) out.push([place, place + 1]);
      else out.at(-1)[1] = place + 1;
    });
    return out;
  }

  function keys(event) {
    const moves = {
      ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0], Home: [0, -week],
      End: [0, weeks.length - 1 - week],
    };
    if (moves[event.key] && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      const [down, right] = moves[event.key];
      const [start, end] = groups().find(([from, to]) => row >= from && row < to);
      const from = week;
      choose(Math.min(Math.max(row + down, start), end - 1), Math.min(Math.max(week + right, 0), weeks.length - 1));
      if (event.shiftKey && !down && !apply(stretch(from, week))) return;
      focusCell();
    } else if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      if (apply([week])) told();
    } else if (event.key === "Delete" || event.key === "Backspace") {
      event.preventDefault();
      put(row, painted(rows[row].amounts, [week], "clear", 0));
      told();
    } else if (/^[\d.]$/.test(event.key) && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      amount.value = event.key;
      brushes.set(rows[row].unit, amount.value);
      amount.focus();
    }
  }

  // A stroke stays in the row where it began, and is one step to undo.
  function weekAt(r, x) {
    const cells = lines[r].cells;
    const left = cells[0].getBoundingClientRect().left;
    const width = (cells.at(-1).getBoundingClientRect().right - left) / cells.length;
    return Math.min(Math.max(Math.floor((x - left) / width), 0), cells.length - 1);
  }

  function down(event) {
    const cell = event.target.closest?.("[role=gridcell]");
    if (event.button !== 0) return;
    if (!cell) { // the name of a row takes the brush there without painting
      const line = lines.findIndex((one) => one.element.contains(event.target));
      if (line >= 0) choose(line, week);
      return;
    }
    const r = Number(cell.dataset.row), w = Number(cell.dataset.week);
    choose(r, w);
    const value = brush();
    event.preventDefault();
    if (value === undefined) return;
    cell.focus({ preventScroll: true });
    stroke = { row: r, last: w, value, amounts: painted(rows[r].amounts, [w], tool, value) };
    place.setPointerCapture(event.pointerId);
    draw(r, stroke.amounts);
  }

  function move(event) {
    if (!stroke) {
      const cell = event.pointerType === "mouse" && event.target.closest?.("[role=gridcell]");
      if (cell) read(Number(cell.dataset.row), Number(cell.dataset.week));
      return;
    }
    const region = lines[stroke.row].element.closest(".scroll");
    const box = region.getBoundingClientRect();
    if (event.clientX > box.right - 12) region.scrollLeft += 10;
    if (event.clientX < box.left + 12) region.scrollLeft -= 10;
    const w = weekAt(stroke.row, event.clientX);
    if (w === stroke.last) return;
    stroke.amounts = painted(stroke.amounts, stretch(stroke.last, w), tool, stroke.value);
    stroke.last = w;
    draw(stroke.row, stroke.amounts);
  }

  function up(event) {
    if (!stroke) return;
    const done = stroke;
    stroke = null;
    if (event.type === "pointercancel") {
      draw(done.row, rows[done.row].amounts);
      return;
    }
    choose(done.row, done.last);
    lines[done.row].cells[done.last].focus({ preventScroll: true });
    put(done.row, done.amounts);
  }

  place.addEventListener("keydown", (event) => { if (event.target.closest("[role=gridcell]")) keys(event); });
  place.addEventListener("focusin", (event) => {
    const cell = event.target.closest("[role=gridcell]");
    if (cell && !stroke) choose(Number(cell.dataset.row), Number(cell.dataset.week));
  });
  place.addEventListener("pointerdown", down);
  place.addEventListener("pointermove", move);
  place.addEventListener("pointerup", up);
  place.addEventListener("pointercancel", up);
  place.addEventListener("pointerleave", () => { if (!stroke && rows[row]) read(row, week); });

  function draw(r, amounts) {
    const line = lines[r];
    const most = Math.max(...amounts, 0);
    line.cells.forEach((cell, w) => {
      if (line.drawn[w] === amounts[w] && line.most === most) return;
      cell.style.setProperty("--h", most > 0 ? amounts[w] / most : 0);
      cell.classList.toggle("some", amounts[w] > 0);
    });
    line.drawn = amounts;
    line.most = most;
  }

  function nameCells(r) {
    lines[r].cells.forEach((cell, w) => {
      const label = `week of ${weeks[w].label}: ${textOf(r, w)} ${unitOf(rows[r])}`;
      if (cell.dataset.said !== label) {
        cell.dataset.said = label;
        cell.setAttribute("aria-label", label);
      }
    });
  }

  function build() {
    lines = [];
    place.replaceChildren(...groups().map(([start, end]) => {
      const lever = rows[start].lever, unit = unitOf(rows[start]);
      const head = h("div", { role: "row", class: "months" },
        h("div", { role: "columnheader", class: "unseen" }, "item"),
        weeks.map((one) => h("div", { role: "columnheader" },
          h("span", { class: "unseen" }, `week of ${one.label}`), h("span", { "aria-hidden": "true" }, one.month))));
      const body = rows.slice(start, end).map((one, k) => {
        const sum = h("span", { class: "sum" });
        const cells = weeks.map((_, w) => h("div", {
          role: "gridcell", tabIndex: -1, class: "cell", "data-row": String(start + k), "data-week": String(w),
        }));
        const runs = one.channel && one.channel !== one.item ? h("small", {}, ` on ${one.channel}`) : null;
        const element = h("div", { role: "row", class: "line" },
          h("div", { role: "rowheader", class: "head" }, h("span", { class: "item" }, one.item, runs), sum), cells);
        lines.push({ element, cells, sum, drawn: [], most: -1 });
        return element;
      });
      const grid = h("div", { role: "grid", class: "grid", "aria-label": `${GROUPS[lever]} by week, ${name}` }, head, body);
      grid.style.setProperty("--n", weeks.length);
      return h("section", { class: "levers" },
        h("h3", {}, GROUPS[lever], h("small", {}, `, ${unit} a week`)),
        h("div", { class: "scroll weeks", role: "region", "aria-label": `Weeks of ${GROUPS[lever].toLowerCase()}, ${name}` }, grid));
    }));
    row = Math.min(row, rows.length - 1);
    week = Math.min(week, weeks.length - 1);
  }

  function update(next) {
    const other = next.length !== rows.length || next.some((one, place) => keyOf(one) !== keyOf(rows[place]));
    const before = rows;
    rows = next;
    if (!rows.length) {
      place.replaceChildren(h("p", { class: "note" }, "Nothing is done by the week in this scenario."));
      tools.hidden = true;
      return;
    }
    tools.hidden = false;
    if (other) {
      texts = [];
      build();
    }
    rows.forEach((one, r) => {
      draw(r, one.amounts);
      if (other || before[r].amounts !== one.amounts) {
        if (texts[r]) texts[r] = { ...texts[r], texts: null };
        nameCells(r);
      }
    });
    if (other) choose(Math.max(row, 0), week);
    else read(row, week);
  }

  function priced(said) {
    texts = said ? rows.map((one) => said.rows.find((other) => keyOf(other) === keyOf(one))) : [];
    lines.forEach((line, r) => {
      line.sum.textContent = texts[r]?.total ?? "";
      nameCells(r);
    });
    if (rows[row]) read(row, week);
  }

  const help = h("details", { class: "keys" }, h("summary", {}, "Keys"),
    h("p", {}, "Arrows move, Space or Enter paints a week, Shift and an arrow paints along, Delete clears, ",
      "a digit types an amount and Enter puts it."));
  return { element: h("div", { class: "weekgrid" }, h("div", { class: "paintbox" }, tools, wrong, chosen), place, help), update, priced };
}
