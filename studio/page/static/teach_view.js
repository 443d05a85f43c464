// The Teach view: lessons on word of mouth, and a market of a few hundred people to change and watch.

import { get, post } from "./api.js";
import { h } from "./dom.js";
import { mountTeach } from "./teach.js";

export async function show(place, { rest }) {
  place.append(h("p", {}, "Getting the class ready; the first time takes up to a minute …"));
  const about = await get("/api/lessons");
  place.replaceChildren();
  const teach = mountTeach(place, {
    simulate: (settings) => post("/api/teach", settings),
    ...about,
    lesson: rest || null,
    onChange: ({ lesson }) => history.replaceState(null, "", `#/teach${lesson ? `/${encodeURIComponent(lesson)}` : ""}`),
  });
  return () => teach.destroy();
}
