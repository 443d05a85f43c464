// Run by test_scripts.py with node --test: what the scripts work out without a page.
import assert from "node:assert/strict";
import { test } from "node:test";

import { contacts, counts, decode, line, moved, nearest, onlyIn, prepare, radius, read, story, weekAfter } from "./player.js";
import { changed, comparable, complete, differing, place, verdict } from "./teach.js";

test("one character says stage, customer and detractor", () => {
  assert.deepEqual([...decode("05bhz")], [0, 5, 11, 17, 35]);
  assert.deepEqual(read(11), { stage: 5, customer: true, rivals: false, detractor: false });
  assert.deepEqual(read(13), { stage: 1, customer: false, rivals: true, detractor: false });
  assert.deepEqual(read(29), { stage: 5, customer: true, rivals: false, detractor: true });
  assert.deepEqual(read(0), { stage: 0, customer: false, rivals: false, detractor: false });
});

test("who counts depends on what is counted", () => {
  assert.equal(counts(6, "reached"), false); // an unaware customer
  assert.equal(counts(6, "customers"), true);
  assert.deepEqual(line([decode("0167"), decode("1111")], "reached"), [2, 4]);
  assert.deepEqual(line([decode("0167"), decode("1111")], "customers"), [2, 0]);
});

test("who differs, and who moved", () => {
  assert.deepEqual(onlyIn(decode("0110"), decode("0101"), "reached"), [2]);
  assert.deepEqual(moved([decode("000"), decode("010")], 1), [1]);
  assert.deepEqual(moved([decode("000"), decode("010")], 0), []);
  assert.deepEqual(moved([decode("c0"), decode("06")], 1), [1]); // a rival's customer who stops is not our news
});

test("keys lead to weeks and stay within", () => {
  assert.equal(weekAfter("ArrowRight", 3, 26), 4);
  assert.equal(weekAfter("ArrowRight", 26, 26), 26);
  assert.equal(weekAfter("ArrowLeft", 0, 26), 0);
  assert.equal(weekAfter("Home", 9, 26), 0);
  assert.equal(weekAfter("End", 9, 26), 26);
  assert.equal(weekAfter("a", 9, 26), null);
});

test("the nearest person within reach", () => {
  assert.equal(nearest([0, 10], [0, 0], 9, 1, 5), 1);
  assert.equal(nearest([0, 10], [0, 0], 5, 40, 5), -1);
});

test("contacts of everybody", () => {
  assert.deepEqual(contacts([0, 1, 1, 2], 4), [[1], [0, 2], [1], []]);
});

test("people are smaller where there are more", () => {
  assert.ok(radius(500, 400, 50) > radius(500, 400, 2000));
  assert.ok(radius(300, 200, 5000) >= 2);
});

const data = {
  step: "week", labels: ["Start", "Week 1", "Week 2"], stages: ["Unaware", "Attention", "Attraction", "Affinity", "Audience", "Advocacy"],
  cause_words: ["advertising", "what friends say"],
  arms: [{ name: "A", frames: ["00", "10", "18"], causes: ["1.", ".0"], seeds: [0] }],
};

test("a person's story", () => {
  const kept = prepare(data);
  const arm = kept.arms[0];
  assert.equal(arm.alone, null);
  assert.equal(story(kept, arm, arm, 0, 0), "Unaware, was given the product.");
  assert.equal(story(kept, arm, arm, 0, 1), "Attention, was given the product. This week up from Unaware: what friends say.");
  assert.equal(story(kept, arm, arm, 0, 2), "Attention, was given the product. Last moved in week 1: what friends say.");
  assert.equal(story(kept, arm, arm, 1, 2), "Attraction, customer. Became a customer this week. This week up from Unaware: advertising.");
});

const controls = [
  { name: "seeds", values: [1, 5, 10], default: 5 },
  { name: "seeding", values: ["random", "hubs"], default: "random" },
  { name: "people", values: [100], default: 100 },
];

test("settings are completed, and unknown values have their default", () => {
  assert.deepEqual(complete(controls, { seeds: 10, b: { seeding: "hubs" } }), { seeds: 10, seeding: "random", people: 100, b: { seeding: "hubs" } });
  assert.deepEqual(complete(controls, { seeds: 7 }).seeds, 5);
  assert.equal(place(controls[0], 10), 2);
});

test("a difference that is none any more goes", () => {
  const settings = complete(controls, { b: { seeds: 10 } });
  assert.deepEqual(changed(settings, "seeds", 10).b, {});
  assert.deepEqual(changed(settings, "seeding", "hubs").b, { seeds: 10 });
  assert.deepEqual(differing(controls, settings, "").b, {});
  assert.deepEqual(differing(controls, settings, "seeding").b, { seeding: "hubs" });
  assert.deepEqual(comparable(controls).map((one) => one.name), ["seeds", "seeding"]);
});

test("a guess is judged in words", () => {
  const lesson = { choices: ["no", "yes"], right: 1 };
  assert.equal(verdict(lesson, 1), "Your guess comes true: yes.");
  assert.equal(verdict(lesson, 0), "Your guess was: no. What comes true: yes.");
  assert.equal(verdict(lesson, null), "What comes true: yes.");
});
