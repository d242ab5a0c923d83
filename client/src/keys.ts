import type { Judged } from "./elements/assist-overlay";
import type { State, Verdict } from "./state";
import { view } from "./view";

/** What the keys work on. */
export interface Desk {
  readonly state: State;
  /** Single keys count, beside Escape. */
  readonly single: boolean;
  readonly earlier: (open: boolean) => void;
  readonly dismiss: (id: string) => void;
  readonly judge: (judged: Judged) => void;
  readonly toggle: () => void;
  readonly close: () => void;
}

type Key = Pick<KeyboardEvent, "key" | "ctrlKey" | "altKey" | "metaKey" | "repeat">;

const VERDICTS: Readonly<Record<string, Verdict>> = { h: "helpful", n: "not_now", w: "wrong" };

/** Do what a key stands for. */
export function keys(event: Key, desk: Desk): void {
  const { state } = desk;
  if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || state.link === "refused") return;
  const card = view(state).nudge?.id;
  const key = event.key.toLowerCase();
  if (key === "escape" && state.earlier) desk.earlier(false);
  else if (key === "escape" && card !== undefined) desk.dismiss(card);
  else if (key === "escape") desk.close();
  if (!desk.single) return;
  const last = card ?? state.call?.past.at(-1)?.nudge.id;
  const verdict = VERDICTS[key];
  if (key === "e") desk.earlier(!state.earlier);
  else if (key === "p") desk.toggle();
  else if (verdict !== undefined && last !== undefined) desk.judge({ id: last, verdict });
}
