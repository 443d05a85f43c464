// Compare two plans: choose a market, write plans A and B, run both on the same people, read the answer.

import { keep, post, session } from "./api.js";
import { Book } from "./book.js";
import { lookCloser } from "./charts.js";
import { field, h, problems, say } from "./dom.js";
import { runJob, showRun } from "./job.js";
import { recall, remember, whenElsewhere } from "./kept.js";
import { rosterWindow } from "./roster.js";
import { scenarioPick } from "./scenario_pick.js";
import { asked, sheetOf, side } from "./side.js";

export async function show(place, { start }) {
  const about = h("div", { class: "about" });
  const desk = h("div", { class: "desk" });
  let leave = () => {};

  const pick = scenarioPick(start, async (market) => {
    leave();
    about.replaceChildren(
      h("p", { class: "eyebrow" }, market.facts.join(" · ")),
      h("h2", {}, market.title),
      market.description ? h("p", { class: "lede" }, market.description) : "",
      market.notes.length ? h("details", {}, h("summary", {}, "Notes on this scenario"),
        h("ul", {}, market.notes.map((note) => h("li", {}, note)))) : "");
    leave = await two(desk, market);
    desk.dataset.key = market.key;
  }, { zone: place });
  place.replaceChildren(pick.box, about, desk);
  await pick.begin();
  return () => leave();
}

const sound = (market, sheet) => sheet && market.plans.some((plan) => plan.name === sheet.base
  && plan.rows.length === sheet.rows?.length
  && plan.rows.every((row, k) => row.lever === sheet.rows[k].lever && row.item === sheet.rows[k].item
    && sheet.rows[k].amounts?.length === row.amounts.length))
  && typeof sheet.title === "string" && Array.isArray(sheet.bookings) && Array.isArray(sheet.seeding);

const whole = (control, low, high) => {
  const value = Number(control.value);
  const fine = control.value.trim() !== "" && Number.isInteger(value) && value >= low && value <= high;
  if (fine) control.removeAttribute("aria-invalid");
  else control.setAttribute("aria-invalid", "true");
  return fine ? value : null;
};

/** Both plans of a market, what is asked of them, and what came of it. */
async function two(desk, market) {
  const names = market.plans.map((plan) => plan.name);
  const fresh = { a: sheetOf(market, names[0]), b: sheetOf(market, names[1] || names[0]), replicates: 64, seed: 0 };
  const kept = recall(`compare:${market.key}`);
  const good = kept?.hash === market.scenario_hash && sound(market, kept.now?.a) && sound(market, kept.now?.b);
  const book = new Book(good ? { ...fresh, ...kept.now } : fresh);
  let beside = good ? { ...kept.beside } : {};
  const roster = market.roster.length ? rosterWindow(market) : null;

  const warned = h("p", { class: "note", hidden: true }, "This browser keeps nothing: a reload begins anew.");
  const elsewhere = h("div", { class: "elsewhere", role: "alert", hidden: true });
  const save = () => {
    warned.hidden = remember(`compare:${market.key}`, { hash: market.scenario_hash, now: book.now, beside });
  };
  const note = (change) => {
    beside = { ...beside, ...change };
    save();
  };

  const undo = h("button", { type: "button", class: "quiet", onclick: () => step("undo") }, "Undo");
  const redo = h("button", { type: "button", class: "quiet", onclick: () => step("redo") }, "Redo");
  function step(which) {
    say(book[which]() ? `${which === "undo" ? "undone" : "done again"}` : `nothing to ${which}`);
  }

  const sides = {};
  for (const [letter, key, other, number] of [["A", "a", "B", 0], ["B", "b", "A", 1]]) {
    sides[key] = side({
      letter, other, number, market, roster,
      changed: (sheet) => book.write({ ...book.now, [key]: sheet }),
      copy: () => {
        book.write({ ...book.now, [other.toLowerCase()]: book.now[key] });
        say(`copied ${letter} to ${other}`);
      },
    });
  }

  const replicates = h("input", { type: "number", min: 4, max: 2000, class: "short",
    onchange: () => ask("replicates", replicates, 4, 2000) });
  const seed = h("input", { type: "number", min: 0, max: Number.MAX_SAFE_INTEGER, class: "short",
    onchange: () => ask("seed", seed, 0, Number.MAX_SAFE_INTEGER) });
  function ask(name, control, low, high) {
    const value = whole(control, low, high);
    if (value !== null) book.write({ ...book.now, [name]: value });
  }

  const run = h("button", { type: "button", class: "main", onclick: () => begin() }, "Run both plans");
  const write = h("button", { type: "button", onclick: () => saveFile() }, "Save as a scenario");
  const saved = h("div", { class: "saved" });
  const result = h("div", { class: "result" });
  desk.replaceChildren(elsewhere, warned,
    h("div", { class: "bar2", role: "group", "aria-label": "Changes" }, undo, redo,
      h("span", { class: "hint" }, "Ctrl+Z and Ctrl+Shift+Z")),
    h("div", { class: "sides" }, sides.a.element, sides.b.element),
    h("section", { class: "ask", "aria-label": "Run" },
      h("div", { class: "actions" },
        field("Replicates", replicates), field("Seed", seed), run, write),
      h("p", { class: "note" }, "Both plans meet the same simulated people in every replicate. ",
        "More replicates, narrower intervals; the same seed, the same figures."), saved),
    result, ...(roster ? [roster.element] : []));

  function draw(state) {
    sides.a.update(state.a);
    sides.b.update(state.b);
    replicates.value = state.replicates;
    seed.value = state.seed;
    const [back, on] = [book.past.length > 0, book.future.length > 0];
    const at = document.activeElement;
    undo.disabled = !back;
    redo.disabled = !on;
    if (at === undo && !back) redo.focus();
    if (at === redo && !on) undo.focus();
  }
  book.read((state) => {
    draw(state);
    save();
  });
  draw(book.now);

  async function begin() {
    const [n, s] = [whole(replicates, 4, 2000), whole(seed, 0, Number.MAX_SAFE_INTEGER)];
    if (n === null || s === null) {
      const box = problems({ problems: [{
        what: n === null ? "replicates must be a whole number from 4 to 2,000" : "the seed must be a whole number of 0 or more",
      }] });
      result.replaceChildren(box);
      box.focus();
      return;
    }
    note({ run: null });
    await work({
      kind: "compare", key: market.key, plans: [asked(book.now.a), asked(book.now.b)], replicates: n, seed: s,
    });
  }

  async function work(said) {
    run.disabled = true;
    const going = runJob(result, said, {
      remember: (job) => note({ job: job === null ? null : { number: job, session: session() } }),
      answered: async (answer, where) => {
        note({ run: answer.run });
        await answers(answer.run, where, true);
      },
    });
    if (said.job === undefined) result.scrollIntoView({ block: "nearest" });
    try {
      await going;
    } finally {
      run.disabled = false;
    }
  }

  async function answers(name, where, begun = false) {
    const waits = document.activeElement === document.body || where.contains(document.activeElement);
    const shown = await showRun({ run: name }, where);
    const article = where.querySelector("article");
    if (begun && waits && where.isConnected) article.focus();
    if (shown.kind !== "comparison") return;
    const look = await lookCloser(article, name, { ...beside.look },
      (change) => note({ look: { ...beside.look, ...change } }));
    looks.push(look);
  }
  const looks = [];

  async function saveFile() {
    try {
      const said = await post("/api/save", { key: market.key, plans: [asked(book.now.a), asked(book.now.b)] });
      const button = h("button", { type: "button", onclick: () => keep(said.file, said.text) }, `Download ${said.file}`);
      const line = (what, text) => h("div", {}, h("dt", {}, what), h("dd", {}, h("code", {}, text), " ",
        h("button", { type: "button", class: "link", "aria-label": `Copy: ${what}`, onclick: async () => {
          try {
            await navigator.clipboard.writeText(text);
            say("copied");
          } catch {
            say("this browser does not let the page copy");
          }
        } }, "copy")));
      saved.replaceChildren(h("div", { class: "job" }, h("p", {}, "Saved on this machine, with its tables."),
        h("dl", { class: "facts" }, line("file", said.path), line("link", said.link), line("to run it", said.next)),
        said.left_out.length ? h("p", { class: "note" }, `Too large to be copied, and left where they are: ${said.left_out.join(", ")}.`) : null,
        button));
      say(`saved as ${said.path}`);
    } catch (error) {
      const box = problems(error);
      saved.replaceChildren(box);
      box.focus();
    }
  }

  const keys = (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.key.toLowerCase() !== "z") {
      if (!(event.ctrlKey && event.key.toLowerCase() === "y")) return;
    }
    if (event.target.matches?.("input:not([type=radio]):not([type=range]):not([type=checkbox]),textarea")) return;
    if (document.querySelector("dialog[open]")) return;
    event.preventDefault();
    step(event.shiftKey || event.key.toLowerCase() === "y" ? "redo" : "undo");
  };
  addEventListener("keydown", keys);
  const deaf = whenElsewhere(`compare:${market.key}`, (other) => {
    if (other?.hash === market.scenario_hash) beside = { ...other.beside }; // its job and its answer are ours too
    const differs = other?.hash === market.scenario_hash && sound(market, other.now?.a) && sound(market, other.now?.b)
      && JSON.stringify(other.now) !== JSON.stringify(book.now);
    if (!differs) return;
    elsewhere.hidden = false;
    elsewhere.replaceChildren(h("p", {}, "These plans were changed in another tab."), h("div", { class: "actions" },
      h("button", { type: "button", onclick: () => { elsewhere.hidden = true; book.write(other.now); } }, "Take those"),
      h("button", { type: "button", class: "quiet", onclick: () => { elsewhere.hidden = true; save(); } }, "Keep these")));
  });

  if (beside.job && beside.job.session === session()) work({ job: beside.job.number });
  else if (beside.run) {
    answers(beside.run, result).catch((error) => {
      if (error.status === 404) note({ run: null }); // it was removed from the disk
      else result.replaceChildren(problems(error));
    });
  }
  return () => {
    removeEventListener("keydown", keys);
    deaf();
    sides.a.leave();
    sides.b.leave();
    for (const look of looks) look?.leave();
    desk.replaceChildren();
  };
}
