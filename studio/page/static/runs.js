// All runs on disk, the latest first, and what each says.

import { get } from "./api.js";
import { h, problems } from "./dom.js";
import { showRun } from "./job.js";

export async function show(place, { rest }) {
  if (rest) {
    const shown = h("div", { class: "result" });
    place.replaceChildren(h("p", {}, h("a", { href: "#/runs" }, "All runs")), shown);
    try {
      await showRun({ run: rest }, shown);
    } catch (error) {
      shown.replaceChildren(problems(error));
    }
    return;
  }
  const runs = await get("/api/runs");
  if (!runs.length) {
    place.replaceChildren(h("p", {}, "There are none yet. ", h("a", { href: "#/compare" }, "Compare two plans"), "."));
    return;
  }
  place.replaceChildren(h("div", { class: "scroll", tabIndex: 0, role: "region", "aria-label": "Runs" },
    h("table", {}, h("caption", {}, "Runs on this machine, the latest first"),
      h("thead", {}, h("tr", {}, ["run", "what", "when"].map((t) => h("th", { scope: "col" }, t)))),
      h("tbody", {}, runs.map((one) => h("tr", {},
        h("th", { scope: "row" }, h("a", { href: `#/runs/${encodeURIComponent(one.run)}` }, one.run)),
        h("td", { class: "w" }, one.kind), h("td", { class: "w" }, one.when)))))));
}
