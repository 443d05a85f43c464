// Choose a scenario: one that is open, or files of one's own.

import { get, post } from "./api.js";
import { field, h, problems } from "./dom.js";
import { recall, remember } from "./kept.js";

/**
 * A choice of scenarios with a button for files; calls `chosen` with the scenario at once and after every change.
 *
 * @param {object} start from /api/start
 * @param {(market: object) => Promise<void>|void} chosen
 * @param {(waits: boolean) => void} busy told while a scenario is fetched: what is shown is about another one
 */
export function scenarioPick(start, chosen, busy = () => {}) {
  const said = h("div");
  const select = h("select", {}, start.scenarios.map((key) => h("option", { value: key }, key)));
  const files = h("input", { type: "file", multiple: true, hidden: true, accept: ".toml,.json,.csv" });
  const open = h("button", { type: "button", class: "quiet", onclick: () => files.click() }, "Open files …");
  const wanted = recall("scenario", start.scenarios[0]);
  if (start.scenarios.includes(wanted)) select.value = wanted;

  async function take(asking) {
    said.replaceChildren();
    busy(true);
    try {
      const market = await asking;
      if (![...select.options].some((one) => one.value === market.key)) {
        select.append(h("option", { value: market.key }, market.key));
        start.scenarios.push(market.key);
      }
      select.value = market.key;
      remember("scenario", market.key);
      await chosen(market);
    } catch (error) {
      said.replaceChildren(problems(error));
      said.firstChild.focus();
    } finally {
      busy(false);
    }
  }
  select.addEventListener("change", () => take(get(`/api/scenario?key=${encodeURIComponent(select.value)}`)));
  const drop = async (list) => {
    const texts = {};
    for (const file of list) texts[file.name] = await file.text();
    files.value = "";
    if (Object.keys(texts).length) await take(post("/api/drop", { files: texts }));
  };
  files.addEventListener("change", () => drop(files.files));
  const box = h("div", { class: "pick" },
    h("div", { class: "actions" }, field("Scenario", select), open, files,
      h("span", { class: "hint" }, "or drop a scenario file with its tables here")), said);
  box.addEventListener("dragover", (event) => { event.preventDefault(); box.classList.add("over"); });
  box.addEventListener("dragleave", () => box.classList.remove("over"));
  box.addEventListener("drop", (event) => {
    event.preventDefault();
    box.classList.remove("over");
    drop(event.dataTransfer.files);
  });
  return { box, begin: () => take(get(`/api/scenario?key=${encodeURIComponent(select.value)}`)) };
}
