import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Scope } from "../src/scope";
import { wait } from "../src/waiting";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("a pause is counted every ten seconds until its timer ends", () => {
  const timer = new Scope();
  const told: unknown[] = [];
  wait(timer, (event) => told.push(event));
  vi.advanceTimersByTime(20_000);
  timer.close();
  vi.advanceTimersByTime(20_000);

  expect(told).toEqual([{ type: "local.waited", seconds: 10 }, { type: "local.waited", seconds: 20 }]);
});
