import { describe, expect, test } from "vitest";
import { Returning, type Fault } from "../src/capture-returning";

const full: Fault = { type: "fault", code: "full", text: "There is no room.", retry_after: 30 };

test("a link that breaks is tried again, later and later", () => {
  const one = new Returning();
  one.tried(0);

  const waits = [1, 2, 3, 4, 5, 6].map(() => one.closed(1006, 1000, null));

  expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 8000].map((again) => ({ again })));
});

test("progress makes the next trouble a new one", () => {
  const one = new Returning();
  one.closed(1006, 0, null);
  one.closed(1006, 0, null);
  one.progressed(4);

  expect(one.closed(1006, 0, null)).toEqual({ again: 500 });
});

describe.each([
  [1000, { stay: "", text: "" }],
  [1012, { again: 0 }],
  [4403, { stay: "told", text: "close 4403" }],
  [4409, { stay: "told", text: "close 4409" }],
  [4410, { stay: "told", text: "close 4410" }],
  [4415, { stay: "told", text: "close 4415" }],
  [4408, { again: 500 }],
  [4999, { again: 500 }],
])("a close with %i", (code, decided) => {
  test("is answered as the table says", () => {
    expect(new Returning().closed(code, 0, null)).toEqual(decided);
  });
});

test("a full server is asked again when it said", () => {
  expect(new Returning().closed(1013, 0, full)).toEqual({ again: 30_000 });
});

test("a new token is tried once, until the server knows us again", () => {
  const one = new Returning();
  expect(one.closed(4401, 0, null)).toEqual({ again: 0 });
  expect(one.closed(4401, 0, null)).toMatchObject({ stay: "told" });
  one.welcomed();
  expect(one.closed(4401, 0, null)).toEqual({ again: 0 });
});

test("an item that is refused twice is reported", () => {
  const one = new Returning();
  expect(one.closed(1002, 0, null)).toEqual({ again: 500 });
  one.progressed(9);
  expect(one.closed(1002, 0, null)).toEqual({ again: 500 });
  expect(one.closed(1002, 0, null)).toMatchObject({ stay: "told" });
});

test("after five minutes without a word the client gives up", () => {
  const one = new Returning();
  one.tried(0);
  expect(one.closed(1006, 299_999, null)).toEqual({ again: 500 });
  expect(one.closed(1006, 300_000, null)).toMatchObject({ stay: "unreachable" });
});
