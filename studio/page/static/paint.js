// Amounts by week, without a page: what painting, spreading and typing do to a row.

/** A number as people type it: 5000, 5,000, 5_000, 5k or 1.5m; null where it is none, or less than nothing. */
export function amountOf(text) {
  const said = String(text).trim().replace(/(\d)[_\u00a0\u202f ](?=\d{3}(?!\d))/g, "$1");
  const found = /^(\d{1,3}(?:,\d{3})+|\d+|(?=\.\d))(\.\d*)?\s*([kKmM]?)$/.exec(said);
  if (!found) return null;
  const size = { "": 1, k: 1e3, m: 1e6 }[found[3].toLowerCase()];
  const value = Number(`${found[1].replaceAll(",", "") || "0"}${found[2] || ""}`) * size;
  return value <= 1e12 ? Math.round(value * 100) / 100 : null;
}

/** Weeks from one to another, both included, in either direction. */
export function stretch(from, to) {
  const [low, high] = from <= to ? [from, to] : [to, from];
  return Array.from({ length: high - low + 1 }, (_, k) => low + k);
}

/** What a tool makes of a row: a burst fills the weeks, always-on fills all, clear empties the weeks. */
export function painted(amounts, weeks, tool, amount) {
  if (tool === "even") return amounts.map(() => amount);
  const now = [...amounts];
  for (const week of weeks) now[week] = tool === "clear" ? 0 : amount;
  return now;
}

/** A total spread evenly over the weeks that have something, or over all; to the cent, the rest in the last week. */
export function spread(total, amounts) {
  const some = amounts.some((amount) => amount > 0);
  const weeks = amounts.flatMap((amount, week) => (some && !(amount > 0) ? [] : [week]));
  const cents = Math.round(total * 100);
  const each = Math.floor(cents / weeks.length);
  const now = amounts.map(() => 0);
  for (const week of weeks) now[week] = each / 100;
  now[weeks.at(-1)] = (cents - each * (weeks.length - 1)) / 100;
  return now;
}

/** The amount that a row mostly has: what its brush begins with. */
export function usual(amounts, otherwise) {
  const counts = new Map();
  for (const amount of amounts) if (amount > 0) counts.set(amount, (counts.get(amount) || 0) + 1);
  let best = otherwise, most = 0;
  for (const [amount, n] of counts) if (n > most) [best, most] = [amount, n];
  return best;
}

/** Days of posts: the first, and every so many days after it; as ISO dates. */
export function days(first, posts, every) {
  const at = Date.parse(`${first}T00:00:00Z`);
  if (!Number.isFinite(at)) return [];
  return Array.from({ length: posts }, (_, k) => new Date(at + k * every * 86_400_000).toISOString().slice(0, 10));
}

export const same = (a, b) => a.length === b.length && a.every((value, place) => value === b[place]);
