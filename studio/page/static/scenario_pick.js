// Choose a scenario: one that is open, or files of one's own.

import { Refused, get, post } from "./api.js";
import { field, h, problems } from "./dom.js";
import { recall, remember } from "./kept.js";

const MOST_BYTES = 1_900_000; // the server takes little more at once

/** A scenario from files: read here, opened there. */
async function opened(files) {
  if (files.reduce((sum, file) => sum + file.size, 0) > MOST_BYTES) {
    throw new Refused("these files are too large for the page; name the scenario in the terminal: apath serve FILE");
  }
  const texts = await Promise.all(files.map(async (file) => [file.name, await file.text()]));
  return post("/api/drop", { files: Object.fromEntries(texts) });
}

/**
 * A choice of scenarios with a button for files; calls `chosen` with the scenario at once and after every change.
 *
 * @param {object} start from /api/start
 * @param {(market: object) => Promise<void>|void} chosen
 * @param {{zone?: HTMLElement, busy?: (waits: boolean) => void}} more files may be dropped on the zone, else on the choice
 *   itself; busy is told while a scenario is fetched: what is shown is about another one
 */
export function scenarioPick(start, chosen, { zone, busy = () => {} } = {}) {
  const said = h("div");
  let turn = 0;
  const select = h("select", {}, start.scenarios.map((key) => h("option", { value: key }, key)));
  const files = h("input", { type: "file", multiple: true, hidden: true, accept: ".toml,.json,.csv" });
  const open = h("button", { type: "button", class: "quiet", onclick: () => files.click() }, "Open files …");
  const wanted = recall("scenario", start.scenarios[0]);
  if (start.scenarios.includes(wanted)) select.value = wanted;

  async function take(asking) {
    said.replaceChildren();
    const mine = (turn += 1); // what was chosen last counts, whatever loads late
    busy(true);
    try {
      const market = await asking;
      if (mine !== turn) return;
      if (![...select.options].some((one) => one.value === market.key)) {
        select.append(h("option", { value: market.key }, market.key));
        start.scenarios.push(market.key);
      }
      select.value = market.key;
      remember("scenario", market.key);
      await chosen(market);
    } catch (error) {
      if (mine !== turn) return;
      said.replaceChildren(problems(error));
      said.firstChild.focus();
    } finally {
      if (mine === turn) busy(false);
    }
  }
  select.addEventListener("change", () => take(get(`/api/scenario?key=${encodeURIComponent(select.value)}`)));
  const drop = async (list) => {
    const given = [...list];
    files.value = "";
    if (given.length) await take(opened(given));
  };
  files.addEventListener("change", () => drop(files.files));
  const box = h("div", { class: "pick" },
    h("div", { class: "actions" }, field("Scenario", select), open, files,
      h("span", { class: "hint" }, "or drop a scenario file with its tables here")), said);
  const target = zone || box;
  const over = (event, now) => {
    if (!event.dataTransfer?.types.includes("Files")) return false; // a text that is dragged into a field stays one
    event.preventDefault();
    box.classList.toggle("over", now);
    return true;
  };
  target.addEventListener("dragover", (event) => over(event, true));
  target.addEventListener("dragleave", (event) => over(event, false));
  target.addEventListener("drop", (event) => { if (over(event, false)) drop(event.dataTransfer.files); });
  return { box, begin: () => take(get(`/api/scenario?key=${encodeURIComponent(select.value)}`)) };
}
