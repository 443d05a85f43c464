// Influencers: who is booked when, and the roster to choose from.

import { field, h, problems } from "./dom.js";
import { days } from "./paint.js";

const COLUMNS = [
  ["title", "Influencer", null], ["channel", "Channel", null], ["followers", "Followers", "followers_text"],
  ["fee", "Fee", "fee_text"], ["sights", "Sights per post", "sights_text"],
  ["per_1000", "Fee per 1,000 sights", "per_1000_text"], ["overlap", "Shared public", "overlap_text"],
  ["dates", "Available", null],
];

const WORDS = ["title", "channel", "dates"];

/** Add days to whoever is booked already, or book them; each day once, in order. */
export function booked(bookings, influencer, more) {
  const place = bookings.findIndex((one) => one.influencer === influencer);
  if (place < 0) return [...bookings, { influencer, dates: [...new Set(more)].sort() }];
  const dates = [...new Set([...bookings[place].dates, ...more])].sort();
  return bookings.map((one, k) => (k === place ? { ...one, dates } : one));
}

/** Take one day away; who has none left is booked no more. */
export function unbooked(bookings, place, date) {
  return bookings
    .map((one, k) => (k === place ? { ...one, dates: one.dates.filter((day) => day !== date) } : one))
    .filter((one) => one.dates.length);
}

/** The bookings of one plan, with a button that opens the roster. */
export function bookingsOf({ name, market, changed, open }) {
  const titles = new Map(market.roster.map((one) => [one.name, one.title]));
  const list = h("ul", { class: "bookings" });
  const button = h("button", { type: "button", class: "quiet", onclick: () => open() }, "Choose influencers …");
  const element = h("section", { class: "levers" }, h("h3", {}, "Influencers"), list, button);
  const opened = new Set();
  let shown = null, texts = new Map();

  function build() {
    list.replaceChildren(...shown.map((one, place) => {
      const who = titles.get(one.influencer) || one.influencer;
      const date = h("input", { type: "date", "aria-label": `Another post of ${who}, ${name}` });
      const add = () => {
        if (!date.value) {
          date.setAttribute("aria-invalid", "true");
          date.focus();
          return;
        }
        again(place, booked(shown, one.influencer, [date.value]));
      };
      date.addEventListener("keydown", (event) => { if (event.key === "Enter") { event.preventDefault(); add(); } });
      date.min = market.start;
      return h("li", {}, h("details", { open: opened.has(one.influencer), ontoggle: (event) => {
        if (event.target.open) opened.add(one.influencer);
        else opened.delete(one.influencer);
      } },
        h("summary", {}, h("span", { class: "item" }, who),
          h("span", { class: "sum" }, texts.get(one.influencer) || "")),
        h("ul", { class: "days" }, one.dates.map((day) => h("li", {}, h("button", {
          type: "button", class: "day", "aria-label": `Take away the post of ${who} on ${day}, ${name}`,
          onclick: () => again(place, unbooked(shown, place, day)),
        }, day, h("span", { "aria-hidden": "true" }, " ×"))))),
        h("div", { class: "row" }, date, h("button", { type: "button", class: "quiet", onclick: add }, "Add this day"),
          h("button", {
            type: "button", class: "link", "aria-label": `Take away all posts of ${who}, ${name}`,
            onclick: () => again(place, shown.filter((_, k) => k !== place)),
          }, "Take all away"))));
    }));
    if (!shown.length) list.replaceChildren(h("li", { class: "note" }, "Nobody is booked."));
  }

  /** What had the focus is gone: the next one of its kind gets it. */
  function again(place, next) {
    changed(next);
    const entry = list.children[Math.min(place, list.children.length - 1)];
    (entry?.querySelector("details[open] button.day") || entry?.querySelector("summary") || button).focus();
  }

  return {
    element,
    update(next) {
      if (next === shown) return;
      shown = next;
      build();
    },
    priced(said) {
      texts = new Map((said?.bookings || []).map((one) => [one.influencer, one.text]));
      [...list.children].forEach((entry, place) => {
        const sum = entry.querySelector(".sum");
        if (sum && shown[place]) sum.textContent = texts.get(shown[place].influencer) || "";
      });
    },
  };
}

/** The roster as a window of its own, for whichever plan asks; found by words and sorted by any column. */
export function rosterWindow(market) {
  let asked = null, by = "sights", up = false;
  const words = h("input", { type: "search", autocomplete: "off" });
  const first = h("input", { type: "date", value: market.start, min: market.start, max: market.weeks.at(-1).monday });
  const posts = h("input", { type: "number", min: 1, max: 500, value: 1, class: "short" });
  const every = h("input", { type: "number", min: 1, max: 365, value: 7, class: "short" });
  const found = h("p", { class: "note", role: "status" });
  const wrong = h("div", {});
  const body = h("tbody", {});
  const title = h("h2", { id: "roster-title" }, "Influencers");
  const heads = COLUMNS.map(([key, text]) => h("th", { scope: "col", class: WORDS.includes(key) ? "w" : "" },
    h("button", { type: "button", class: "sort", onclick: () => sort(key) }, text)));
  const rows = market.roster.map((one) => {
    const count = h("span", { class: "count" });
    const button = h("button", { type: "button", class: "quiet", onclick: () => book(one) }, "Book",
      h("span", { class: "unseen" }, ` ${one.title}`));
    const text = `${one.title} ${one.name} ${one.channel}`.toLowerCase();
    const cells = COLUMNS.map(([key, , shown], place) => (place
      ? h("td", { class: WORDS.includes(key) ? "w" : "" }, one[shown || key] || (shown ? "" : "–"))
      : h("th", { scope: "row" }, one.title)));
    return { one, text, count, element: h("tr", {}, cells, h("td", { class: "book" }, button, count)) };
  });
  const close = h("button", { type: "button", class: "main", onclick: () => box.close() }, "Done");
  const box = h("dialog", { class: "roster", "aria-labelledby": title.id }, title,
    h("div", { class: "actions" }, field("Find by name or channel", words), field("First post", first),
      field("Posts", posts), field("Days between", every)),
    wrong, found,
    h("div", { class: "scroll", tabIndex: 0, role: "region", "aria-label": "Roster" },
      h("table", {}, h("caption", {}, `Fees in ${market.currency}; sights that a post may expect before it wears out`),
        h("thead", {}, h("tr", {}, heads, h("th", { scope: "col" }, "Posts booked"))), body)),
    h("div", { class: "actions" }, close));

  function sort(key, turn = true) {
    if (turn) {
      up = by === key ? !up : key === "title" || key === "channel" || key === "fee" || key === "per_1000";
      by = key;
    }
    const value = (one) => one[by] ?? (typeof market.roster[0]?.[by] === "number" ? Infinity : "");
    rows.sort((x, y) => {
      const [a, b] = [value(x.one), value(y.one)];
      const order = typeof a === "string" ? a.localeCompare(String(b)) : a - b;
      return (up ? order : -order) || x.one.name.localeCompare(y.one.name);
    });
    body.append(...rows.map((row) => row.element));
    heads.forEach((head, place) => {
      if (COLUMNS[place][0] === by) head.setAttribute("aria-sort", up ? "ascending" : "descending");
      else head.removeAttribute("aria-sort");
    });
  }

  function filter() {
    const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
    let n = 0;
    for (const row of rows) {
      row.element.hidden = !wanted.every((word) => row.text.includes(word));
      n += row.element.hidden ? 0 : 1;
    }
    found.textContent = n === rows.length ? `${n} in the roster` : `${n} of ${rows.length} in the roster`;
  }

  function counts() {
    for (const row of rows) {
      const n = asked.bookings().filter((one) => one.influencer === row.one.name)
        .reduce((sum, one) => sum + one.dates.length, 0);
      row.count.textContent = n ? ` ${n}` : "";
      row.element.classList.toggle("booked", n > 0);
    }
  }

  function book(one) {
    const [n, step] = [Number(posts.value), Number(every.value)];
    const fine = first.value && Number.isInteger(n) && n >= 1 && n <= 500 && Number.isInteger(step) && step >= 1;
    wrong.replaceChildren();
    if (!fine) {
      wrong.append(problems({ problems: [{
        what: "the days of the posts are not clear", hint: "give a first day, how many posts, and whole days between them",
      }] }));
      return;
    }
    // Whoever is not there yet begins later; what comes after they leave, or after the plan, is left out.
    const last = days(market.weeks.at(-1).monday, 2, 6)[1];
    const start = one.from && one.from > first.value ? one.from : first.value;
    const dates = days(start, n, step).filter((day) => day <= last && (!one.until || day <= one.until));
    if (!dates.length) {
      wrong.append(problems({ problems: [{
        what: `${one.title} has no day left from ${start}`, hint: "choose an earlier first post",
      }] }));
      return;
    }
    asked.changed(booked(asked.bookings(), one.name, dates));
    counts();
    const fewer = dates.length < n ? `; ${n - dates.length} would come too late` : "";
    found.textContent = `${one.title}: booked from ${dates[0]}${fewer}`;
  }

  words.addEventListener("input", filter);
  sort(by, false);
  filter();
  return {
    element: box,
    open(next) {
      asked = next;
      title.textContent = `Influencers of ${next.name}`;
      wrong.replaceChildren();
      counts();
      box.showModal();
      words.focus();
    },
  };
}
