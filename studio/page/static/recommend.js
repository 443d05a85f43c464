// The Recommend view: budget, goals and limits; the search with its best so far; the answer and its workbook.

import { get, session } from "./api.js";
import { field, h, table } from "./dom.js";
import { runJob } from "./job.js";
import { recall, remember } from "./kept.js";
import { scenarioPick } from "./scenario_pick.js";

const MODES = [
  ["auto", "what the goal says"], ["most", "the most on average"], ["probability", "the most likely to reach it"],
  ["cheapest", "the cheapest that is likely enough"], ["cautious", "the best of the worst fifth of worlds"],
];

/** Limits as TOML, from what was typed for each line; what was typed freely comes last. */
export function limitsToml(lines, free) {
  const out = [];
  for (const [name, one] of Object.entries(lines)) {
    const said = [];
    if (one.lock) said.push("lock = true");
    else {
      if (one.min !== "") said.push(`min = ${Number(one.min)}`);
      if (one.max !== "") said.push(`max = ${Number(one.max)}`);
    }
    if (said.length) out.push(`[money.${name.split(".").map((part) => JSON.stringify(part)).join(".")}]`, ...said, "");
  }
  return [free.trim(), ...out].filter((line, k) => k > 0 || line).join("\n");
}

export async function show(place, { start }) {
  const form = h("form");
  const result = h("div", { class: "result" });
  let market = null;
  let kept = {};
  const find = h("button", { type: "submit", class: "main" }, "Find a plan");

  const pick = scenarioPick(start, async (found) => {
    market = found;
    runJob.leave(result, find);
    kept = recall(`recommend:${market.key}`, {});
    await draw();
    if (market !== found) return;
    if (kept.job?.session === session()) runJob(result, { job: kept.job.number }, hooks());
    else if (kept.run) runJob.show(result, kept.run);
  }, { busy: (waits) => { form.inert = waits; } });
  /** What becomes of a job belongs to the scenario that it was asked for, whichever is shown by then. */
  const hooks = () => {
    const key = market.key;
    const keep = (more) => {
      if (market.key === key) Object.assign(kept, more);
      remember(`recommend:${key}`, { ...recall(`recommend:${key}`, {}), ...more });
    };
    return {
      button: find,
      remember: (job) => keep({ job: job === null ? null : { number: job, session: session() } }),
      answered: async (said, where) => {
        keep({ run: said.run });
        await runJob.show(where, said.run);
      },
    };
  };

  async function draw() {
    const current = h("select", {}, market.plans.map((one) => h("option", { value: one.name }, one.name)));
    current.value = market.plans.some((one) => one.name === (kept.current || "baseline")) ? kept.current || "baseline" : market.plans[0].name;
    const mine = market;
    const wallet = await get(`/api/wallet?key=${encodeURIComponent(market.key)}&current=${encodeURIComponent(current.value)}`);
    if (mine !== market) return; // another scenario was chosen meanwhile
    const budget = h("input", { type: "number", min: 1, step: "any", required: true, value: kept.budget ?? (wallet.budget || 1000) });
    const goals = h("textarea", { rows: 2, required: true, spellcheck: false }, kept.goals ?? "most customers");
    const mode = h("select", {}, MODES.map(([value, text]) => h("option", { value }, text)));
    mode.value = kept.mode || "auto";
    const trials = h("input", { type: "number", min: 10, max: 2000, step: 1, value: kept.trials ?? 150 });
    const seed = h("input", { type: "number", min: 0, step: 1, value: kept.seed ?? 0 });
    const free = h("textarea", { rows: 4, spellcheck: false, class: "code" }, kept.free ?? "");
    const typed = kept.lines || {};
    const rows = wallet.lines.map((line) => {
      const one = { min: "", max: "", lock: false, ...typed[line.name] };
      const cell = (key, text) => {
        const input = h("input", { type: "number", min: 0, step: "any", value: one[key], "aria-label": `${text} for ${line.name}` });
        input.addEventListener("input", () => { one[key] = input.value; });
        return input;
      };
      const lock = h("input", { type: "checkbox", checked: one.lock, "aria-label": `keep ${line.name} as it is` });
      lock.addEventListener("change", () => { one.lock = lock.checked; });
      typed[line.name] = one;
      return [line.name, line.now_text, cell("min", "least money"), cell("max", "most money"), lock];
    });
    for (const name of Object.keys(typed)) if (!wallet.lines.some((line) => line.name === name)) delete typed[name];
    current.addEventListener("change", async () => { kept = { ...kept, ...read(), current: current.value }; await draw(); });
    const read = () => ({
      current: current.value, budget: Number(budget.value), goals: goals.value, mode: mode.value,
      trials: Number(trials.value), seed: Number(seed.value), free: free.value, lines: typed,
    });
    form.replaceChildren(
      h("div", { class: "sides" },
        h("fieldset", {}, h("legend", {}, "The question"),
          field("Plan that is carried out now", current, `It costs ${wallet.cost_text}.`),
          field(`Budget, ${wallet.currency}`, budget),
          field("Goal", goals, `such as “most customers”, “customers >= ${Math.round(market.size / 20)} by ${market.end} with 80%” or “cpa <= 40”; one on each line for plans between several goals`),
          field("Judge plans by", mode),
          h("div", { class: "pair" }, field("Plans to try", trials, "more: better, and longer"), field("Seed", seed))),
        h("fieldset", {}, h("legend", {}, "Limits"),
          table(`Money by line, ${wallet.currency}; empty: no limit`, ["line", "now", "at least", "at most", "keep as now"], rows,
            { kind: "limits", label: "Limits by line" }),
          h("details", {}, h("summary", {}, "More limits, in TOML"),
            field("Limits in TOML", free, "weeks off, influencers, groups: as in docs/how-to-recommend.md")))),
      h("div", { class: "actions" }, find));
    form.onsubmit = (event) => {
      event.preventDefault();
      kept = { ...kept, ...read(), run: null };
      remember(`recommend:${market.key}`, kept);
      const asked = read();
      runJob(result, {
        kind: "recommend", key: market.key, current: asked.current, budget: asked.budget, mode: asked.mode,
        goals: asked.goals.split("\n").map((one) => one.trim()).filter(Boolean), trials: asked.trials,
        seed: asked.seed, limits: limitsToml(asked.lines, asked.free),
      }, hooks());
    };
  }

  place.append(pick.box, form, result);
  await pick.begin();
}
