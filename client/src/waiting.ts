import type { Scope } from "./scope";
import type { LocalEvent } from "./state";

const EVERY_MS = 10_000;

/** Tell now and again how long a pause has lasted, until its timer is closed. */
export function wait(timer: Scope, report: (event: LocalEvent) => void): void {
  const since = performance.now();
  const again = (): void => {
    report({ type: "local.waited", seconds: Math.floor((performance.now() - since) / 1000) });
    timer.after(EVERY_MS, again);
  };
  timer.after(EVERY_MS, again);
}
