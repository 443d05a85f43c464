// Waves of samples: who gets them, how many, when, and what each costs.

import { field, h } from "./dom.js";
import { amountOf } from "./paint.js";

/** The waves of one plan. */
export function wavesOf({ name, market, changed }) {
  let shown = [], entries = [];
  const list = h("div", { class: "waves" });
  const add = h("button", { type: "button", class: "quiet", onclick: () => {
    changed([...shown, { strategy: "random", people: 100, unit_cost: 0, date: market.start }]);
    entries.at(-1)?.focus();
  } }, "Add a wave of samples");
  const element = h("section", { class: "levers" }, h("h3", {}, "Samples given away"), list, add);

  const put = (place, change) => changed(shown.map((one, k) => (k === place ? { ...one, ...change } : one)));

  function entry(place) {
    const known = market.strategies.map((one) => h("option", { value: one.name }, one.title));
    const strategy = h("select", { onchange: () => put(place, { strategy: strategy.value }) }, known);
    const number = (key, whole) => {
      const input = h("input", { type: "text", inputMode: "decimal", autocomplete: "off", class: "short" });
      input.addEventListener("change", () => {
        const value = amountOf(input.value);
        const fine = value !== null && (!whole || Number.isInteger(value));
        if (fine) input.removeAttribute("aria-invalid");
        else input.setAttribute("aria-invalid", "true");
        // What is no number goes to the server as it was typed: it says what is wrong with it.
        put(place, { [key]: fine ? value : input.value });
      });
      return input;
    };
    const people = number("people", true), cost = number("unit_cost", false);
    const date = h("input", { type: "date", min: market.start, onchange: () => {
      const { date: _, ...rest } = shown[place];
      changed(shown.map((one, k) => (k === place ? (date.value ? { ...rest, date: date.value } : rest) : one)));
    } });
    const sum = h("span", { class: "sum" });
    const also = h("p", { class: "note" });
    const away = h("button", { type: "button", class: "link", "aria-label": `Take away wave ${place + 1}, ${name}`,
      onclick: () => { changed(shown.filter((_, k) => k !== place)); (entries[Math.max(place - 1, 0)] || { focus: () => add.focus() }).focus(); },
    }, "Take away");
    const box = h("fieldset", { class: "wave" }, h("legend", {}, `Wave ${place + 1}`, " ", sum),
      field("To", strategy), field("People", people), field(`Cost per person, ${market.currency}`, cost),
      field("On, or on the first day", date), away, also);
    return {
      element: box,
      sum,
      focus: () => strategy.focus(),
      update(one) {
        if (!market.strategies.some((other) => other.name === one.strategy) && !strategy.querySelector("[data-own]")) {
          strategy.append(h("option", { value: one.strategy, "data-own": "" }, one.strategy || "anybody"));
        }
        strategy.value = one.strategy || "random";
        for (const [control, value] of [[people, one.people], [cost, one.unit_cost]]) {
          if (amountOf(control.value) !== value) control.value = String(value ?? 0);
        }
        date.value = one.date || "";
        const rest = Object.entries(one).filter(([key]) => !["strategy", "people", "unit_cost", "date"].includes(key));
        also.textContent = rest.map(([key, value]) => `${key.replaceAll("_", " ")}: ${[value].flat().join(", ")}`).join("; ");
        also.hidden = !rest.length;
      },
    };
  }

  return {
    element,
    update(next) {
      if (next.length !== entries.length) {
        entries = next.map((_, place) => entry(place));
        list.replaceChildren(...entries.map((one) => one.element));
        if (!next.length) list.replaceChildren(h("p", { class: "note" }, "None."));
      }
      shown = next;
      entries.forEach((one, place) => one.update(next[place]));
    },
    priced(said) {
      entries.forEach((one, place) => { one.sum.textContent = said?.seeding?.[place] ?? ""; });
    },
  };
}
