// What a view remembers in this browser, so that a reload goes on where it was.

const PREFIX = "apath:";

/** What was kept under a name; what is usual where there is nothing, or nothing that can be used. */
export function recall(name, usual = null, storage = localStorage) {
  try {
    return JSON.parse(storage.getItem(PREFIX + name)) ?? usual;
  } catch {
    return usual;
  }
}

/** Keep something under a name, or nothing any more; false where the browser keeps nothing, which is no error. */
export function remember(name, value, storage = localStorage) {
  try {
    if (value === null || value === undefined) storage.removeItem(PREFIX + name);
    else storage.setItem(PREFIX + name, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}

/** Tell when another tab of this page keeps something under a name; what comes back ends that. */
export function whenElsewhere(name, told) {
  const heard = (event) => {
    if (event.key === PREFIX + name && event.newValue) told(recall(name));
  };
  addEventListener("storage", heard);
  return () => removeEventListener("storage", heard);
}
