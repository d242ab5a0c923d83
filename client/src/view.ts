import type { NudgeShown } from "./events";
import { clock, say, type Key } from "./strings";
import type { Call, State } from "./state";

type Values = Readonly<Record<string, string | number>>;

/** What the status line and the card say, for one state of docs/design.md. */
interface Row {
  readonly name: string;
  readonly glyph: string;
  readonly when: (state: State, call: Call | null) => boolean;
  readonly status: Key;
  readonly card: Key | ((call: Call | null) => Key);
  readonly second?: Key | ((call: Call | null) => Key);
  /** May a nudge take the card? */
  readonly nudges: boolean;
}

export interface View {
  readonly name: string;
  readonly glyph: string;
  readonly status: string;
  readonly stage: string;
  readonly share: number | null;
  readonly nudge: NudgeShown | null;
  readonly done: boolean;
  readonly text: string;
  readonly reason: string;
  readonly chip: string;
  readonly live: boolean;
}

const has = (call: Call | null, ...codes: string[]): boolean => codes.some((code) => code in (call?.faults ?? {}));
const BEHIND_MS = 3000;

/** The first row that matches wins. */
export const ROWS: readonly Row[] = [
  { name: "signed_out", glyph: "⚿", when: (s) => s.link === "refused", status: "state.signed_out", card: "card.signed_out", second: "second.not_affected", nudges: false },
  { name: "offline", glyph: "✕", when: (s) => s.link === "offline", status: "state.offline", card: "card.offline", second: "second.offline", nudges: false },
  { name: "reconnecting", glyph: "↻", when: (s) => s.link === "lost", status: "state.reconnecting", card: "card.reconnecting", nudges: true },
  { name: "connecting", glyph: "◌", when: (s) => s.link === "connecting", status: "state.connecting", card: "card.connecting", nudges: false },
  { name: "idle", glyph: "○", when: (_, c) => c === null, status: "state.idle", card: "card.idle", second: "second.idle", nudges: false },
  { name: "paused", glyph: "❚❚", when: (_, c) => c?.paused !== null && !c?.ended, status: "state.paused", card: "card.paused", second: "second.paused", nudges: false },
  { name: "wrap_up", glyph: "■", when: (_, c) => c?.ended === true, status: "state.wrap_up", card: (c) => (c?.share == null ? "card.wrap_up_short" : "card.wrap_up"), second: (c) => (c?.past.length === 1 ? "second.wrap_up_one" : "second.wrap_up"), nudges: false },
  { name: "model_failed", glyph: "⚠", when: (_, c) => has(c, "model_failed"), status: "state.model_failed", card: "card.model_failed", second: "second.not_affected", nudges: false },
  { name: "loading", glyph: "◔", when: (_, c) => has(c, "model_loading"), status: "state.loading", card: "card.loading", nudges: false },
  { name: "limited", glyph: "◐", when: (_, c) => has(c, "timing_only", "one_channel", "recogniser_failed") || (c?.behind ?? 0) > BEHIND_MS, status: "state.limited", card: "card.live", second: "second.limited", nudges: true },
  { name: "hold", glyph: "‖", when: (_, c) => c?.hold !== null, status: "state.hold", card: "card.live", nudges: true },
  { name: "live", glyph: "●", when: () => true, status: "state.live", card: "card.live", nudges: true },
];

/** Everything the overlay shows, in words. Pure. */
export function view(state: State): View {
  const call = state.call;
  const row = ROWS.find((one) => one.when(state, call)) as Row; // the last row always matches
  const nudge = row.nudges && !state.stale ? (call?.card ?? null) : null;
  const words = (key: Key | ((call: Call | null) => Key)): string =>
    say(state.language, typeof key === "function" ? key(call) : key, values(state));
  const live = ["live", "limited", "hold"].includes(row.name);
  return {
    name: row.name,
    glyph: row.glyph,
    status: words(row.status),
    stage: live && call?.stage ? words(`stage.${call.stage}`) : "",
    share: live && !has(call, "one_channel") ? (call?.share ?? null) : null,
    nudge,
    done: nudge !== null && call?.done !== null,
    text: nudge?.text ?? words(row.card),
    reason: nudge?.reason ?? (row.second ? words(row.second) : ""),
    chip: live && nudge === null ? chipOf(state) : "",
    live,
  };
}

function values(state: State): Values {
  const call = state.call;
  return {
    n: state.link === "open" ? (call?.faults["model_loading"] ?? "") : state.retry,
    since: state.since,
    time: clock((call?.at ?? 0) - (call?.hold ?? 0)),
    share: call?.share ?? "",
    nudges: call?.past.length ?? 0,
    done: call?.past.filter((one) => one.outcome === "done").length ?? 0,
  };
}

function chipOf(state: State): string {
  const newest = Object.values(state.call?.chips ?? {}).at(-1);
  return newest === undefined ? "" : say(state.language, `chip.${newest}`);
}
