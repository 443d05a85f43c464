// The frame: which view is shown, and what all of them know.

import { get, GONE } from "./api.js";
import { h, problems, say } from "./dom.js";

const VIEWS = {
  compare: ["Compare two plans", () => import("./compare.js")],
  recommend: ["Get a plan recommended", () => import("./recommend.js")],
  calibrate: ["Calibrate a market", () => import("./calibrate.js")],
  teach: ["Watch people talk", () => import("./teach_view.js")],
  runs: ["Runs", () => import("./runs.js")],
};

const main = document.getElementById("main");
let leave = () => {};
let start = null;
let turn = 0;

async function show() {
  const mine = (turn += 1); // whoever has gone on since is not overtaken by what loads late
  const [, name = "", rest = ""] = location.hash.match(/^#\/([a-z]+)\/?(.*)$/) || [];
  start ||= await get("/api/start");
  if (mine !== turn) return;
  const view = VIEWS[name] ? name : start.teach ? "teach" : "compare";
  const [title, load] = VIEWS[view];
  leave();
  leave = () => {};
  for (const link of document.querySelectorAll("header nav a")) {
    if (link.getAttribute("href") === `#/${view}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  document.title = `${title} – A-Path`;
  main.replaceChildren(h("h1", {}, title));
  const module = await load().catch((error) => {
    if (error instanceof TypeError) throw new Error(GONE); // as browsers say that a file could not be fetched
    throw error;
  });
  if (mine !== turn) return;
  const place = h("div", { class: `view ${view}` });
  main.append(place);
  const end = (await module.show(place, { start, rest: decodeURIComponent(rest) })) || (() => {});
  if (mine !== turn) {
    end();
    return;
  }
  leave = end;
  say(title);
}

async function showOrSay() {
  try {
    await show();
  } catch (error) {
    main.append(problems(error));
  }
}

addEventListener("hashchange", () => showOrSay().then(() => main.focus({ preventScroll: true })));
showOrSay();
