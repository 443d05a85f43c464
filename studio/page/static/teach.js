// Teach: a lesson with a question, a guess and an answer, and a market to change and watch.

import { make, mount } from "./player.js";

const WAIT_MS = 180;
const FREE = "free";

// ---- what can be worked out without a page -------------------------------------------------------------------

/** The number of a value in a control's list; that of its default if the value is not there. */
export function place(control, value) {
  const at = control.values.indexOf(value);
  return at >= 0 ? at : control.values.indexOf(control.default);
}

/** Settings in full: every control has a value, and b holds at most one difference. */
export function complete(controls, given) {
  const out = {};
  for (const control of controls) out[control.name] = control.values[place(control, given[control.name])];
  const [name, value] = Object.entries(given.b || {})[0] || [];
  out.b = name ? { [name]: value } : {};
  return out;
}

/** Settings with one value changed; what differs in b stays, unless it no longer differs. */
export function changed(settings, name, value) {
  const out = { ...settings, [name]: value };
  if (out.b[name] === value) out.b = {};
  return out;
}

/** Settings whose arm B differs in one control; null ends the comparison. The first other value is proposed. */
export function differing(controls, settings, name, value) {
  if (!name) return { ...settings, b: {} };
  const control = controls.find((one) => one.name === name);
  const wanted = value === undefined ? control.values[(place(control, settings[name]) + 1) % control.values.length] : value;
  return { ...settings, b: wanted === settings[name] ? {} : { [name]: wanted } };
}

/** What may differ in B: both arms have the same people and weeks. */
export function comparable(controls) {
  return controls.filter((one) => !["people", "weeks", "world", "luck"].includes(one.name));
}

/** What is said of a guess. */
export function verdict(lesson, guess) {
  const right = lesson.choices[lesson.right];
  if (guess === null) return `What comes true: ${right}.`;
  return guess === lesson.right ? `Your guess comes true: ${right}.` : `Your guess was: ${lesson.choices[guess]}. What comes true: ${right}.`;
}

// ---- the page ------------------------------------------------------------------------------------------------

let number = 0;

/**
 * Show lessons and a market to change in an element.
 *
 * Args: simulate(settings) gives a promise of the player's data; lessons and controls as from
 * studio.teach.lessons.teach_json(); lesson is the key of the first one; onChange({lesson, settings}) hears of changes.
 * Returns destroy().
 */
export function mountTeach(element, { simulate, lessons, controls, lesson = null, onChange = null }) {
  const id = `te${(number += 1)}`;
  const known = Object.fromEntries(lessons.map((one) => [one.key, one]));
  let current = null;
  let settings = complete(controls, {});
  let player = null;
  let turn = 0;
  let timer = 0;
  let dead = false;

  const picker = make("ul", { class: "te-picker" });
  const card = make("section", { class: "te-card", "aria-live": "off" });
  const form = make("form", { class: "te-form", "aria-label": "The market", onsubmit: (event) => event.preventDefault() });
  const status = make("p", { class: "te-status", role: "status" });
  const stage = make("div", { class: "te-stage" });
  const market = make("div", { class: "te-market" }, make("div", { class: "te-side" }, form), make("div", { class: "te-main" }, status, stage));
  element.replaceChildren(make("div", { class: "apath-teach" },
    make("nav", { class: "te-nav", "aria-label": "Lessons" }, picker), card, market));

  // -- lessons

  function pick(key) {
    current = known[key] || null;
    for (const button of picker.querySelectorAll("button")) {
      if (button.dataset.key === key) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
    }
    if (player) player.destroy();
    player = null;
    stage.replaceChildren();
    status.textContent = "";
    settings = complete(controls, current ? current.settings : {});
    fields();
    market.hidden = Boolean(current);
    if (current) ask();
    else {
      card.replaceChildren(make("h2", {}, "A market of your own"), make("p", {}, "Change what you like and watch what happens. Choose what is different in B to see two markets side by side."));
      run(false);
    }
  }

  function ask() {
    const group = make("div", { class: "te-choices", role: "group", "aria-labelledby": `${id}-q` });
    current.choices.forEach((text, k) => group.append(make("button", { type: "button", class: "te-choice", onclick: () => reveal(k) }, text)));
    card.replaceChildren(
      make("h2", {}, current.title),
      make("p", { class: "te-question", id: `${id}-q` }, current.question),
      make("p", { class: "te-hint" }, "Guess first, then watch."),
      group,
      make("button", { type: "button", class: "te-skip", onclick: () => reveal(null) }, "Show me without a guess"),
    );
  }

  function reveal(guess) {
    const said = make("p", { class: "te-verdict", tabindex: "-1" }, verdict(current, guess));
    const choices = make("ul", { class: "te-guesses" }, ...current.choices.map((text, k) => make("li", {
      class: k === current.right ? "te-right" : k === guess ? "te-wrong" : "" }, text,
      k === current.right ? make("span", { class: "te-tag" }, "comes true") : "", k === guess ? make("span", { class: "te-tag" }, "your guess") : "")));
    card.replaceChildren(
      make("h2", {}, current.title), make("p", { class: "te-question" }, current.question), choices, said,
      make("p", { class: "te-answer" }, current.answer), make("p", { class: "te-how" }, current.how),
      make("p", { class: "te-next" }, make("b", {}, "Then try: "), current.try_next),
      make("p", { class: "te-source" }, make("b", {}, "Where it comes from: "), current.source),
    );
    market.hidden = false;
    said.focus({ preventScroll: true });
    run(true);
  }

  // -- the market

  function input(control, value, change, label) {
    const name = `${id}-${label ? "b-" : ""}${control.name}`;
    const text = make("span", { class: "te-value", "aria-hidden": "true" }, control.kind === "slider" ? control.texts[place(control, value)] : "");
    let field;
    if (control.kind === "choice") {
      field = make("select", { id: name, onchange: (event) => change(control.values[Number(event.target.value)]) },
        ...control.texts.map((one, k) => make("option", { value: String(k) }, one)));
      field.value = String(place(control, value));
    } else {
      const show = (k) => {
        text.textContent = control.texts[k];
        field.setAttribute("aria-valuetext", control.texts[k]);
      };
      field = make("input", { id: name, type: "range", min: "0", max: String(control.values.length - 1), step: "1",
        "aria-describedby": `${name}-help`, oninput: (event) => {
          show(Number(event.target.value));
          change(control.values[Number(event.target.value)]);
        } });
      field.value = String(place(control, value));
      show(place(control, value));
    }
    const heading = make("label", { for: name }, label || control.label);
    return make("div", { class: "te-field" }, heading, text, field, make("p", { class: "te-help", id: `${name}-help` }, control.help));
  }

  function fields() {
    const groups = new Map();
    for (const control of controls) {
      if (!groups.has(control.group)) groups.set(control.group, []);
      groups.get(control.group).push(input(control, settings[control.name], (value) => {
        const had = Object.keys(settings.b)[0];
        settings = changed(settings, control.name, value);
        if (had && !settings.b[had]) comparison();
        soon();
      }));
    }
    const box = make("fieldset", { class: "te-compare" });
    const open = (name) => !current || controls.some((one) => one.group === name && (settings[one.name] !== one.default || one.name in settings.b));
    form.replaceChildren(box, ...[...groups].map(([name, inside]) => make("details", { class: "te-group", open: open(name) },
      make("summary", {}, name), make("div", { role: "group", "aria-label": name }, ...inside))));

    function comparison() {
      const name = Object.keys(settings.b)[0] || "";
      const what = make("select", { id: `${id}-what`, onchange: (event) => {
        settings = differing(controls, settings, event.target.value);
        comparison();
        box.querySelector("select").focus();
        soon();
      } }, make("option", { value: "" }, "Nothing: one market"), ...comparable(controls).map((one) => make("option", { value: one.name }, one.label)));
      what.value = name;
      const inside = [make("legend", {}, "A against B"), make("div", { class: "te-field" }, make("label", { for: `${id}-what` }, "Different in B"), what)];
      if (name) {
        const control = controls.find((one) => one.name === name);
        inside.push(input(control, settings.b[name], (value) => {
          settings = { ...settings, b: { [name]: value } };
          soon();
        }, `${control.label} in B`));
      }
      box.replaceChildren(...inside);
    }
    comparison();
  }

  function soon() {
    clearTimeout(timer);
    timer = setTimeout(() => run(false), WAIT_MS);
  }

  async function run(start) {
    const mine = (turn += 1);
    const asked = { ...settings, b: { ...settings.b } };
    // An arm that does what the other does is one market.
    for (const [name, value] of Object.entries(asked.b)) if (asked[name] === value) delete asked.b[name];
    stage.setAttribute("aria-busy", "true");
    let data;
    try {
      data = await simulate(asked);
    } catch (problem) {
      if (mine === turn && !dead) {
        stage.removeAttribute("aria-busy");
        status.textContent = `It could not be simulated: ${problem.message || problem}`;
      }
      return;
    }
    if (mine !== turn || dead) return;
    stage.removeAttribute("aria-busy");
    status.textContent = "";
    if (player) player.update(data);
    else {
      player = mount(stage, data, { measure: current ? current.measure : "reached" });
      if (start) playWhenSeen(player);
    }
    if (onChange) onChange({ lesson: current ? current.key : null, settings: asked });
  }

  /** Play as soon as enough of the picture is in sight; the answer stands above it. */
  function playWhenSeen(mine) {
    const seen = new IntersectionObserver((entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      seen.disconnect();
      if (mine === player && mine.week === 0) mine.play();
    }, { threshold: 0.35 });
    seen.observe(stage.querySelector(".pl-arms"));
  }

  for (const one of [...lessons, { key: FREE, title: "A market of your own" }]) {
    picker.append(make("li", {}, make("button", { type: "button", class: "te-pick", "data-key": one.key, onclick: () => pick(one.key) }, one.title)));
  }
  pick(known[lesson] || lesson === FREE ? lesson : lessons[0].key);

  return {
    destroy() {
      dead = true;
      clearTimeout(timer);
      if (player) player.destroy();
      element.replaceChildren();
    },
  };
}
