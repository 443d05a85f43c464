// One plan on the page: where it starts from, what it is called, what it does, and what it costs.

import { post } from "./api.js";
import { field, h, problems } from "./dom.js";
import { weekGrid } from "./grid.js";
import { usual } from "./paint.js";
import { bookingsOf } from "./roster.js";
import { wavesOf } from "./waves.js";

const PAUSE_MS = 200;

/** A plan of the scenario as a sheet of its own. */
export function sheetOf(market, name) {
  const { base, title, rows, bookings, seeding } = market.plans.find((plan) => plan.name === name) || market.plans[0];
  return { base, title, rows, bookings, seeding };
}

/** What the server needs of a sheet: rows without what it knows itself. */
export function asked(sheet) {
  return { ...sheet, rows: sheet.rows.map(({ lever, item, amounts }) => ({ lever, item, amounts })) };
}

/**
 * The editor of plan A or B.
 *
 * @param {{letter: string, other: string, number: number, market: object, changed: (sheet: object) => void,
 *          copy: () => void, roster: object|null}} given
 */
export function side({ letter, other, number, market, changed, copy, roster }) {
  const name = `plan ${letter}`;
  let sheet = null, version = 0, waiting = 0, gone = false;
  const put = (change) => changed({ ...sheet, ...change });

  /** What other plans spend there, else what they spend anywhere. */
  function begin({ lever, item, unit }) {
    const rows = market.plans.flatMap((plan) => plan.rows.filter((row) => row.unit === unit));
    const here = rows.filter((row) => row.lever === lever && row.item === item);
    return usual(here.flatMap((row) => row.amounts), usual(rows.flatMap((row) => row.amounts), undefined));
  }

  const from = h("select", { onchange: () => changed(sheetOf(market, from.value)) },
    market.plans.map((plan) => h("option", { value: plan.name }, plan.name || "an empty plan")));
  const title = h("input", { type: "text", maxLength: 120, autocomplete: "off", onchange: () => put({ title: title.value }) });
  const cost = h("span", { class: "cost" }, "…");
  const wrong = h("div", { class: "wrongs" });
  const grid = weekGrid({ name, weeks: market.weeks, currency: market.currency, changed: (rows) => put({ rows }), begin });
  const bookings = market.roster.length ? bookingsOf({
    name, market, changed: (next) => put({ bookings: next }),
    open: () => roster.open({ name, bookings: () => sheet.bookings, changed: (next) => put({ bookings: next }) }),
  }) : null;
  const waves = wavesOf({ name, market, changed: (seeding) => put({ seeding }) });
  const others = h("ul", { class: "others" });
  const stays = h("section", { class: "levers", hidden: true }, h("h3", {}, "Stays as it is"), others);
  const parts = [grid, bookings, waves].filter(Boolean);

  const element = h("section", { class: `side v${number}`, "aria-labelledby": `side-${letter}` },
    h("div", { class: "top" },
      h("h2", { id: `side-${letter}` }, h("span", { class: `mark p${number}` }), `Plan ${letter}`),
      h("p", { class: "sumline" }, h("span", { class: "unseen" }, "costs "), cost)),
    h("div", { class: "start" }, field("Start from", from), field("Called", title)),
    h("div", { class: "actions" },
      h("button", { type: "button", class: "quiet", onclick: () => changed(sheetOf(market, sheet.base)) },
        "Reset", h("span", { class: "unseen" }, ` ${name}`)),
      h("button", { type: "button", class: "quiet", onclick: copy }, `Copy ${letter} to ${other}`)),
    wrong, parts.map((part) => part.element), stays);

  async function price() {
    const mine = (version += 1);
    try {
      const said = await post("/api/check", { key: market.key, plan: asked(sheet) });
      if (mine !== version || gone) return;
      wrong.replaceChildren();
      cost.textContent = said.cost;
      for (const part of parts) part.priced(said);
      stays.hidden = !said.others.length;
      others.replaceChildren(...said.others.map((one) => h("li", {},
        h("span", {}, one.lever === one.item ? one.lever : `${one.lever}: ${one.item}`), h("span", { class: "sum" }, one.cost))));
    } catch (error) {
      if (mine !== version || gone) return;
      cost.textContent = "–";
      wrong.replaceChildren(problems(error));
    }
  }

  return {
    element,
    update(next) {
      if (next === sheet) return;
      sheet = next;
      version += 1; // what is on its way is about another plan
      from.value = next.base;
      if (title.value !== next.title) title.value = next.title;
      grid.update(next.rows);
      bookings?.update(next.bookings);
      waves.update(next.seeding);
      clearTimeout(waiting);
      waiting = setTimeout(price, cost.textContent === "…" ? 0 : PAUSE_MS);
    },
    leave() {
      gone = true;
      clearTimeout(waiting);
    },
  };
}
