import type { Language } from "./strings";

const KEPT = "call-assist.start";

/** What the agent chose for all pages; the browser keeps it. */
export interface Chosen {
  /** Of the pages; empty = the browser's, and the call's where one runs. */
  readonly ui: "" | Language;
  /** Empty = as the system. */
  readonly theme: "" | "light" | "dark";
  /** Of the call; empty = as the service's settings say. */
  readonly spoken: "" | "en" | "de" | "auto";
  /** Whose advice is shown; empty = as the service's settings say. */
  readonly playbook: "" | "support" | "sales";
  /** How much is shown: 3 new, 2 experienced, 1 quiet; 0 = as the service's settings say. */
  readonly help: 0 | 1 | 2 | 3;
  /** Single keys work in the overlay. */
  readonly keys: boolean;
}

export const CHOSEN: Chosen = { ui: "", theme: "", spoken: "", playbook: "", help: 0, keys: true };

/** What was chosen last time in this browser; `?ui=`, `?theme=` and `?keys=` of the address come first. */
export function chosenBefore(): Chosen {
  let kept = CHOSEN;
  try {
    kept = { ...CHOSEN, ...(JSON.parse(localStorage.getItem(KEPT) ?? "{}") as Partial<Chosen>) };
  } catch {
    kept = CHOSEN; // somebody else wrote it, or nothing may be kept here
  }
  return addressed(kept, new URLSearchParams(location.search));
}

/** What an address says instead of what was kept. Pure. */
export function addressed(kept: Chosen, asked: URLSearchParams): Chosen {
  return { ...kept, ui: one(["en", "de"], asked.get("ui")) ?? kept.ui, theme: one(["light", "dark"], asked.get("theme")) ?? kept.theme, keys: kept.keys && asked.get("keys") !== "off" };
}

function one<T extends string>(all: readonly T[], asked: string | null): T | undefined {
  return all.find((name) => name === asked);
}

export function keep(chosen: Chosen): void {
  try {
    localStorage.setItem(KEPT, JSON.stringify(chosen));
  } catch {
    return; // it is forgotten with the page
  }
}

/** Light, dark, or as the system has it: `tokens.css` does the rest. */
export function wear(theme: Chosen["theme"]): void {
  document.documentElement.dataset["theme"] = theme;
}
