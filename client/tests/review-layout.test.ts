import { describe, expect, test } from "vitest";
import { LEGIBLE, moment, NARROWEST, pack, place, ticks, widthOf } from "../src/review-layout";

const HOUR = 3_600_000;

test("a short call has all the room there is, a long one four pixels a second", () => {
  expect(widthOf(10_000)).toBe(NARROWEST);
  expect(widthOf(10_000, 1200)).toBe(1200);
  expect(widthOf(HOUR, 1200)).toBe(14_400);
});

test("a place leads back to its moment", () => {
  for (const at of [0, 1, 777, 50_000, 100_000]) expect(moment(place(at, 100_000, 900), 100_000, 900)).toBe(at);
});

test("nothing stands outside the call", () => {
  expect(place(-5, 1000, 900)).toBe(0);
  expect(place(5000, 1000, 900)).toBe(900);
  expect(place(5, 0, 900)).toBe(0);
  expect(moment(-20, 1000, 900)).toBe(0);
  expect(moment(2000, 1000, 900)).toBe(1000);
});

describe("marks", () => {
  const many = Array.from({ length: 60 }, (_, index) => ({ at: Math.floor(index / 3) * 4000, end: Math.floor(index / 3) * 4000 + 300 * index }));
  const places = pack(many, 100_000, 900);

  test("are wide enough to be read, and inside", () => {
    expect(Math.min(...places.map((one) => one.width))).toBeGreaterThanOrEqual(LEGIBLE);
    expect(Math.max(...places.map((one) => one.left + one.width))).toBeLessThanOrEqual(900);
    expect(Math.min(...places.map((one) => one.left))).toBeGreaterThanOrEqual(0);
  });
  test("never cover each other", () => {
    const covered = places.flatMap((one, index) => places.slice(0, index).filter((other) => one.row === other.row && one.left < other.left + other.width && other.left < one.left + one.width));
    expect(covered).toEqual([]);
  });
  test("take a new row only where they must", () => {
    expect(pack([{ at: 0, end: 1000 }, { at: 50_000, end: 51_000 }], 100_000, 900).map((one) => one.row)).toEqual([0, 0]);
  });
});

test("the ruler names round moments, and not too many", () => {
  expect(ticks(98_773, 900)).toEqual([0, 10_000, 20_000, 30_000, 40_000, 50_000, 60_000, 70_000, 80_000, 90_000]);
  expect(ticks(HOUR, 14_400)).toHaveLength(121);
  expect(ticks(0, 900)).toEqual([0]);
});
