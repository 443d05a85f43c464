// All runs on disk, the latest first, and what each says.

import { get } from "./api.js";
import { h, problems, table } from "./dom.js";
import { showRun } from "./job.js";

export async function show(place, { rest }) {
  if (rest) {
    const shown = h("div", { class: "result" });
    place.replaceChildren(h("p", {}, h("a", { href: "#/runs" }, "All runs")), shown);
    try {
      const run = await showRun({ run: rest }, shown);
      if (run.kind === "comparison") {
        const { lookCloser } = await import("./charts.js");
        const look = await lookCloser(shown.querySelector("article"), rest);
        return () => look?.leave();
      }
    } catch (error) {
      shown.replaceChildren(problems(error));
    }
    return () => {};
  }
  const runs = await get("/api/runs");
  if (!runs.length) {
    place.replaceChildren(h("p", {}, "There are none yet. ", h("a", { href: "#/compare" }, "Compare two plans"), "."));
    return;
  }
  const link = (one) => h("a", { href: `#/runs/${encodeURIComponent(one.run)}` }, one.run);
  place.replaceChildren(table("Runs on this machine, the latest first", ["run", "what", "when"],
    runs.map((one) => [link(one), one.kind, one.when]), { words: [1, 2], label: "Runs" }));
}
