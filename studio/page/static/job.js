// A job on the page: what it is doing, how long it will take, a button that stops it, and what came of it.

import { follow, get, post, download } from "./api.js";
import { fromReport, h, problems, say } from "./dom.js";

const following = new Map(); // place of an answer → what ends the line that tells about it

/** From now on a place shows something else. Lines to places that have gone end too: a browser has only six. */
export function taken(place) {
  for (const [other, line] of following) {
    if (other === place || !other.isConnected) {
      line.abort();
      following.delete(other);
    }
  }
  const line = new AbortController();
  following.set(place, line);
  return line.signal;
}

/**
 * Run a job below a button and show its answer.
 *
 * @param {HTMLElement} place where progress and answer are shown; emptied first
 * @param {object} asked what is posted to /api/jobs, or {job: number} to take up one that runs already
 * @param {{remember?: (job: number|null) => void, answered?: (result: object, place: HTMLElement) => void,
 *          button?: HTMLButtonElement|null}} hooks the button is off while the job goes on, so that no second one waits behind it
 */
export async function runJob(place, asked, { remember = () => {}, answered = showRun, button = null } = {}) {
  const signal = taken(place);
  const bar = h("progress", { max: 1, value: 0, "aria-label": "progress" });
  const said = h("p", { class: "doing" }, "Waiting …");
  const best = h("p", { class: "sofar" });
  const cancel = h("button", { type: "button", class: "quiet" }, "Cancel");
  place.replaceChildren(h("div", { class: "job" }, said, bar, best, cancel));
  if (button) button.disabled = true;
  if (asked.job === undefined) place.scrollIntoView({ block: "nearest" });
  let heard = null;
  const tick = setInterval(() => { if (heard) said.textContent = words(heard); }, 1000);
  let number = asked.job;
  try {
    if (number === undefined) number = (await post("/api/jobs", asked)).job;
    remember(number);
    if (signal.aborted) return; // it goes on; whoever comes back takes it up
    cancel.addEventListener("click", () => post(`/api/jobs/${number}/cancel`, {}).catch(() => {}));
    const end = await follow(number, (job) => {
      const p = job.progress;
      if (p.total > 0) bar.value = p.done / p.total;
      else if (job.state === "running") bar.removeAttribute("value");
      heard = job.state === "queued" ? null : p;
      said.textContent = heard ? words(p) : "Waiting for another job; this one begins by itself …";
      if (p.sentence) best.textContent = p.sentence;
    }, signal);
    remember(null);
    if (end.state === "done") await answered(end.result, place);
    else if (end.state === "cancelled") {
      place.replaceChildren(h("p", { class: "note" }, "Cancelled. Nothing was written."));
      say("cancelled");
    } else throw Object.assign(new Error("this cannot be used"), { problems: end.result });
  } catch (error) {
    if (signal.aborted) return;
    remember(null);
    const box = problems(error);
    place.replaceChildren(box);
    box.focus();
  } finally {
    clearInterval(tick);
    if (button && !signal.aborted) button.disabled = false;
  }
}

function words(p) {
  const part = p.part ? p.part[0].toUpperCase() + p.part.slice(1) : "Working";
  const steps = p.steps ? `: ${p.steps}` : "";
  const whole = p.total > 0 && p.done >= p.total; // what comes after the last step takes a moment
  const left = p.left && !whole ? `, ${p.left} left` : "";
  return `${part}${steps}${left}${p.total > 0 ? "" : since(p.began)} …`;
}

/** How long something takes that cannot be counted in steps. */
function since(began) {
  const seconds = Math.floor(Date.now() / 1000 - began);
  return seconds >= 5 ? `, ${seconds} s so far` : "";
}

/** The report of a run with its files, inside the page. */
export async function showRun(result, place, signal = null) {
  const run = await get(`/api/runs/${encodeURIComponent(result.run)}`);
  if (signal?.aborted) return run;
  const files = h("ul", { class: "files" }, run.files.map((file) => h("li", {},
    h("button", { type: "button", class: "link", onclick: () => download(run.run, file) }, file))));
  const answer = h("article", { class: "answer", "aria-label": `Answer ${run.run}`, tabIndex: -1 }, fromReport(run.html));
  for (const link of answer.querySelectorAll('nav a[href^="#"]')) {
    link.addEventListener("click", (event) => { // the address belongs to the views
      event.preventDefault();
      const part = answer.querySelector(`[id="${CSS.escape(link.getAttribute("href").slice(1))}"]`);
      part?.scrollIntoView({ behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
      part?.setAttribute("tabindex", "-1");
      part?.focus({ preventScroll: true });
    });
  }
  place.replaceChildren(answer, run.watch ? watching(run.run) : "", h("section", { class: "take" }, h("h2", {}, "Files of this run"),
    h("p", { class: "note" }, `They lie in ${run.path}.`), files));
  say(answer.querySelector(".verdict")?.textContent || "done");
  return run;
}

/** A button that draws a small sample of the run's market and lets one watch its people talk. */
function watching(run) {
  const stage = h("div");
  const begin = h("button", { type: "button", onclick: async () => {
    begin.disabled = true;
    stage.replaceChildren(h("p", { class: "note" }, "Drawing a small market …"));
    try {
      const data = await get(`/api/runs/${encodeURIComponent(run)}/watch`);
      const { mount } = await import("./player.js");
      stage.replaceChildren();
      mount(stage, data, {});
      begin.remove();
    } catch (error) {
      begin.disabled = false;
      stage.replaceChildren(problems(error));
    }
  } }, "Watch people talk");
  return h("section", { class: "watch" }, h("h2", {}, "How it happens"),
    h("p", {}, "A few hundred people of this market, week by week: who hears of it, from whom, and who buys. One small market shows how things happen; which plan is better stands above."),
    begin, stage);
}

/** Empty a place: a job that goes on for it is looked at no more, until it is taken up again. */
runJob.leave = (place, button) => {
  taken(place);
  place.replaceChildren();
  button.disabled = false;
};

/** A run that is shown again after a reload; one that has gone since is no error. */
runJob.show = async (place, run) => {
  const signal = taken(place);
  try {
    await showRun({ run }, place, signal);
  } catch (error) {
    if (signal.aborted) return;
    if (error.status === 404) place.replaceChildren();
    else place.replaceChildren(problems(error));
  }
};
