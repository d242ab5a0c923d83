import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Scope } from "../src/scope";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("closing ends listeners and timers", () => {
  const scope = new Scope();
  const target = new EventTarget();
  const seen: string[] = [];
  scope.listen(target, "ping", () => seen.push("ping"));
  scope.after(1000, () => seen.push("late"));
  target.dispatchEvent(new Event("ping"));

  scope.close();
  target.dispatchEvent(new Event("ping"));
  vi.advanceTimersByTime(2000);

  expect(seen).toEqual(["ping"]);
  expect(vi.getTimerCount()).toBe(0);
});

test("a timer runs once and is forgotten", () => {
  const scope = new Scope();
  let runs = 0;
  scope.after(1000, () => (runs += 1));

  vi.advanceTimersByTime(5000);

  expect(runs).toBe(1);
});

test("what was ended early does not end twice", () => {
  const scope = new Scope();
  let ends = 0;
  const end = scope.own(() => (ends += 1));

  end();
  scope.close();

  expect(ends).toBe(1);
});

test("a closed scope starts nothing", () => {
  const scope = new Scope();
  scope.close();
  const target = new EventTarget();
  let heard = 0;

  scope.listen(target, "ping", () => (heard += 1));
  scope.after(10, () => (heard += 1));
  target.dispatchEvent(new Event("ping"));
  vi.advanceTimersByTime(100);

  expect([scope.closed, heard]).toEqual([true, 0]);
});

test("a child closes with its parent, or before it", () => {
  const scope = new Scope();
  const ends: string[] = [];
  const early = scope.child();
  early.own(() => ends.push("early"));
  scope.child().own(() => ends.push("with the parent"));

  early.close();
  scope.close();

  expect(ends).toEqual(["early", "with the parent"]);
});
