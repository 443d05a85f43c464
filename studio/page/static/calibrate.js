// The Calibrate view: a history, how its columns are read, and what the fit found and could not tell.

import { post, session } from "./api.js";
import { field, h, problems, table } from "./dom.js";
import { runJob } from "./job.js";
import { recall, remember } from "./kept.js";
import { scenarioPick } from "./scenario_pick.js";

export async function show(place, { start }) {
  const form = h("form");
  const reading = h("div");
  const result = h("div", { class: "result" });
  let market = null;
  let kept = {};
  let history = null; // {name, text, columns}

  const fit = h("button", { type: "submit", class: "main" }, "Calibrate");
  /** What becomes of a job belongs to the scenario that it was asked for, whichever is shown by then. */
  const hooks = () => {
    const key = market.key;
    const keep = (more) => {
      if (market.key === key) Object.assign(kept, more);
      remember(`calibrate:${key}`, { ...recall(`calibrate:${key}`, {}), ...more });
    };
    return {
      button: fit,
      remember: (job) => keep({ job: job === null ? null : { number: job, session: session() } }),
      answered: async (said, where) => {
        keep({ run: said.run });
        await runJob.show(where, said.run);
      },
    };
  };
  const pick = scenarioPick(start, (found) => {
    market = found;
    runJob.leave(result, fit);
    kept = recall(`calibrate:${market.key}`, {});
    history = null;
    draw();
    if (kept.job?.session === session()) runJob(result, { job: kept.job.number }, hooks());
    else if (kept.run) runJob.show(result, kept.run);
  }, { busy: (waits) => { form.inert = waits; } });

  async function read() {
    try {
      const said = await post("/api/history", { text: history.text, columns: history.columns });
      reading.replaceChildren(approve(said));
    } catch (error) {
      reading.replaceChildren(problems(error));
    }
  }

  function approve(said) {
    const about = h("p", {}, `${history.name}: ${said.n_values} values from ${said.first} to ${said.last}; ${said.metrics.join(", ")}.`);
    if (!said.uses) return h("div", {}, about);
    const rows = said.uses.map((use) => {
      const input = h("input", { value: use.use, "aria-label": `what ${use.column} is`, spellcheck: false });
      input.addEventListener("change", () => { history.columns[use.column] = input.value.trim(); read(); });
      return [use.column, input];
    });
    const how = `Read as ${said.convention}. Change what is wrong: date, spend:tv, impressions:tv, revenue, purchases, control:events, flag:events or ignore.`;
    return h("div", {}, about, said.notes.map((note) => h("p", { class: "note" }, note)),
      table(how, ["column", "is"], rows, { words: [1], label: "Columns" }));
  }

  function draw() {
    const file = h("input", { type: "file", accept: ".csv,.txt" });
    const trials = h("input", { type: "number", min: 20, max: 5000, step: 1, value: kept.trials ?? 200 });
    const held = h("input", { type: "number", min: 0, max: 520, step: 1, value: kept.held ?? 0 });
    const seed = h("input", { type: "number", min: 0, step: 1, value: kept.seed ?? 0 });
    file.addEventListener("change", async () => {
      const one = file.files[0];
      if (!one) return;
      history = { name: one.name, text: await one.text(), columns: {} };
      await read();
    });
    form.replaceChildren(
      h("fieldset", {}, h("legend", {}, "What happened"),
        field("History", file, "a CSV file with what was spent and what came of it, by week; none chosen: the history that came with the scenario"),
        reading),
      h("fieldset", {}, h("legend", {}, "The fit"),
        h("div", { class: "pair" }, field("Trials", trials, "more: closer, and longer"), field("Last weeks that the fit does not see", held, "0: as the scenario says, else 13"), field("Seed", seed))),
      h("div", { class: "actions" }, fit));
    form.onsubmit = (event) => {
      event.preventDefault();
      kept = { ...kept, trials: Number(trials.value), held: Number(held.value), seed: Number(seed.value), run: null };
      remember(`calibrate:${market.key}`, kept);
      runJob(result, {
        kind: "calibrate", key: market.key, trials: kept.trials, holdout_weeks: kept.held, seed: kept.seed,
        history: history ? { text: history.text } : null, columns: history ? history.columns : {},
      }, hooks());
    };
  }

  place.append(pick.box, form, result);
  await pick.begin();
}
