// Elements without markup in strings: nothing that a user wrote is ever read as HTML.

/** An element with properties and children; `class`, `data-*`, `aria-*` and `on*` as one would write them. */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "class") element.className = value;
    else if (name in element && !name.includes("-") && name !== "list" && name !== "form") element[name] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** The report of a run as elements. It comes from our own server, which has escaped all that users wrote. */
export function fromReport(html) {
  const box = document.createElement("template");
  box.innerHTML = html;
  return box.content;
}

/** A labelled control: the label stands before it, and a hint is tied to it. */
export function field(label, control, hint = "") {
  control.id ||= `f${(field.count = (field.count || 0) + 1)}`;
  const parts = [h("label", { for: control.id }, label), control];
  if (hint) {
    const said = h("span", { class: "hint", id: `${control.id}-hint` }, hint);
    control.setAttribute("aria-describedby", said.id);
    parts.push(said);
  }
  return h("div", { class: "field" }, parts);
}

/** Say something to those who do not see it. */
export function say(text) {
  const place = document.getElementById("status");
  if (place && place.textContent !== text) place.textContent = text;
}

/** What was wrong, as a list that takes the focus. */
export function problems(error) {
  const list = error.problems?.length ? error.problems : [{ what: error.message, hint: "" }];
  const box = h("div", { class: "problems", role: "alert", tabIndex: -1 },
    h("p", {}, list.length === 1 ? "This cannot be used:" : `${list.length} things cannot be used:`),
    h("ul", {}, list.map((one) => h("li", {},
      one.line ? `${one.file}, line ${one.line}: ` : null,
      one.where ? h("code", {}, one.where) : null, one.where ? " " : null, one.what,
      one.hint ? h("span", { class: "hint" }, one.hint) : null))));
  return box;
}

/** A table in a region of its own that scrolls; `words` are columns that hold words, the first one always does. */
export function table(caption, head, rows, { words = [], label = caption, kind = "" } = {}) {
  const left = (k) => (k === 0 || words.includes(k) ? "w" : null);
  return h("div", { class: "scroll", role: "region", "aria-label": label, tabIndex: 0 },
    h("table", { class: kind }, h("caption", {}, h("span", {}, caption)),
      h("thead", {}, h("tr", {}, head.map((text, k) => h("th", { scope: "col", class: left(k) }, text)))),
      h("tbody", {}, rows.map((row) => h("tr", {}, row.map((cell, k) =>
        k === 0 ? h("th", { scope: "row" }, cell) : h("td", { class: left(k) }, cell)))))));
}
