// Run by test_compare_scripts.py with node --test: amounts by week, bookings, and what can be undone.
import assert from "node:assert/strict";
import { test } from "node:test";

import { Book } from "./book.js";
import { recall, remember } from "./kept.js";
import { amountOf, days, painted, spread, stretch, usual } from "./paint.js";

test("amounts as people type them", () => {
  const said = [["5000", 5000], ["5,000", 5000], ["5_000", 5000], ["5 000", 5000], ["5k", 5000], ["1.5m", 1.5e6], [" 7 ", 7],
    ["0.51", 0.51], [".5", 0.5], ["2.", 2], ["1,234,567.891", 1234567.89]];
  for (const [text, value] of said) assert.equal(amountOf(text), value, text);
  for (const text of ["", "-5", "5,00", "1,2345", "12,5", "5kk", "1e9", "NaN", "Infinity", "five", "9999999m", "<b>"]) {
    assert.equal(amountOf(text), null, text);
  }
});

test("tools", () => {
  assert.deepEqual(stretch(4, 2), [2, 3, 4]);
  assert.deepEqual(painted([1, 1, 1], [0, 2], "burst", 5), [5, 1, 5]);
  assert.deepEqual(painted([1, 1, 1], [0], "even", 5), [5, 5, 5]);
  assert.deepEqual(painted([1, 1, 1], [1], "clear", 5), [1, 0, 1]);
});

test("a total is spread to the cent over the weeks that have something", () => {
  assert.deepEqual(spread(100, [0, 3, 0, 9, 1]), [0, 33.33, 0, 33.33, 33.34]);
  assert.deepEqual(spread(10, [0, 0]), [5, 5]);
  assert.deepEqual(spread(0, [1, 0]), [0, 0]);
  for (const total of [0.01, 1, 77.77, 123456.78, 1e12]) {
    const cents = spread(total, Array(7).fill(1)).reduce((sum, x) => sum + Math.round(x * 100), 0);
    assert.equal(cents, Math.round(total * 100));
  }
});

test("brushes begin with what is usual", () => {
  assert.equal(usual([0, 4, 4, 9], 1), 4);
  assert.equal(usual([0, 0], 1), 1);
});

test("days of posts do not slip with the clock", () => {
  assert.deepEqual(days("2027-03-26", 3, 2), ["2027-03-26", "2027-03-28", "2027-03-30"]);
  assert.deepEqual(days("2027-02-30x", 3, 2), []);
});

test("back and forth", () => {
  const book = new Book(0, { most: 3 });
  const heard = [];
  book.read((state) => heard.push(state));
  for (const state of [1, 2, 3, 4]) book.write(state);
  assert.equal(book.past.length, 3);
  assert.ok(book.undo() && book.undo());
  assert.equal(book.now, 2);
  assert.ok(book.redo());
  assert.equal(book.now, 3);
  book.write(9);
  assert.equal(book.redo(), false);
  book.write(9); // nothing new
  assert.equal(book.past.length, 3);
  assert.deepEqual(heard, [1, 2, 3, 4, 3, 2, 3, 9]);
  while (book.undo());
  assert.equal(book.now, 1);
});

test("what the browser keeps, or does not", () => {
  const held = new Map();
  const storage = { getItem: (key) => held.get(key) ?? null, setItem: (key, text) => held.set(key, text) };
  assert.equal(recall("x", null, storage), null);
  assert.equal(remember("x", { a: 1 }, storage), true);
  assert.deepEqual(recall("x", null, storage), { a: 1 });
  held.set([...held.keys()][0], "{broken");
  assert.equal(recall("x", null, storage), null);
  assert.equal(remember("x", {}, { setItem: () => { throw new Error("full"); } }), false);
});
