// Questions to the server of this page, each with the token of this start.

const TOKEN = "apath-token";
export const GONE = "The page's server does not answer. Is “apath serve” still running?";

/** The token from the address, kept for reloads of this tab and taken out of sight. */
function token() {
  const given = new URLSearchParams(location.search).get("token");
  if (given) {
    sessionStorage.setItem(TOKEN, given);
    history.replaceState(null, "", location.pathname + location.hash);
  }
  return sessionStorage.getItem(TOKEN) || "";
}

/** Which start of the server this is: numbers of jobs begin anew with each. */
export const session = () => token().slice(0, 8);

export class Refused extends Error {
  constructor(message, problems = [], status = 0) {
    super(message);
    this.problems = problems;
    this.status = status;
  }
}

async function ask(path, options = {}) {
  const headers = { "X-Apath-Token": token(), ...options.headers };
  let answer;
  try {
    answer = await fetch(path, { ...options, headers, cache: "no-store" });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Refused(GONE);
  }
  if (answer.ok) return answer;
  let said = {};
  try { said = await answer.json(); } catch { /* no words came with it */ }
  throw new Refused(said.error || `the server answered ${answer.status}`, said.problems, answer.status);
}

export const get = async (path) => (await ask(path)).json();

export const post = async (path, data) =>
  (await ask(path, {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(data),
  })).json();

const ENDED = ["done", "failed", "cancelled"];

/** Follow a job until it has ended; after a broken line it asks again. */
export async function follow(job, changed, signal) {
  for (let tries = 0; tries < 5; tries += 1) {
    try {
      const answer = await ask(`/api/jobs/${job}/events`, { signal });
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      let text = "";
      for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        text += value;
        const parts = text.split("\n\n");
        text = parts.pop();
        for (const part of parts) {
          const said = JSON.parse(part.slice(part.indexOf(":") + 1));
          tries = 0;
          changed(said);
          if (ENDED.includes(said.state)) return said;
        }
      }
    } catch (error) {
      if (error.name === "AbortError" || error.status === 404) throw error;
    }
    await new Promise((wait) => setTimeout(wait, 500 * (tries + 1)));
  }
  throw new Refused(GONE);
}

/** Hand a text or a file of a run to the browser's downloads. */
export function keep(name, content, type = "text/plain;charset=utf-8") {
  const address = URL.createObjectURL(content instanceof Blob ? content : new Blob([content], { type }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

export async function download(run, file) {
  const answer = await ask(`/api/runs/${encodeURIComponent(run)}/${encodeURIComponent(file)}`);
  keep(file, await answer.blob());
}
