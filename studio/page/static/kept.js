// What a view remembers in this browser, so that a reload goes on where it was.

const PREFIX = "apath:";

/** What was kept under a name, or what is usual. */
export function recall(name, usual) {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + name)) ?? usual;
  } catch {
    return usual;
  }
}

/** Keep something under a name; a browser that keeps nothing is no error. */
export function remember(name, value) {
  try {
    if (value === null || value === undefined) localStorage.removeItem(PREFIX + name);
    else localStorage.setItem(PREFIX + name, JSON.stringify(value));
  } catch { /* private windows may keep nothing */ }
}
