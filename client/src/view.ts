import type { NudgeShown } from "./events";
import { clock, say, type Key, type Values } from "./strings";
import type { Call, State } from "./state";

type Said = Key | ((state: State) => Key);
type Name = "signed_out" | "offline" | "reconnecting" | "connecting" | "paused" | "model_failed" | "idle" | "wrap_up" | "loading" | "mic_denied" | "mic_missing" | "same_sound" | "no_customer" | "mic_silent" | "suspended" | "limited" | "delayed" | "hold" | "live";

/** One state: what the status line (`state.…`) and the card (`card.…`) say then. */
interface Row {
  readonly name: Name;
  readonly glyph: string;
  readonly when: (state: State, call: Call | null) => boolean;
  /** Left out: the text of the same name. */
  readonly card?: Said;
  readonly second?: Said;
  /** May a nudge take the card? */
  readonly nudges?: true;
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
  /** A supervisor has the call open: the agent always sees it. */
  readonly shared: boolean;
  /** What the button of the pause does now; empty = there is nothing to pause. */
  readonly pause: "" | "pause" | "resume";
}

const has = (call: Call | null, ...codes: string[]): boolean => codes.some((code) => code in (call?.faults ?? {}));
const fault = (...codes: string[]) => (_: State, call: Call | null): boolean => has(call, ...codes);
const BEHIND_MS = 3000;
/** After this many seconds a pause may have been forgotten. */
const LONG_PAUSE_S = 120;
/** A sentence is a reason; anything else is progress. */
const failed = (state: State): boolean => state.model.endsWith(".");

/** The first row that matches wins. */
export const ROWS: readonly Row[] = [
  { name: "signed_out", glyph: "⊘", when: (s) => s.link === "refused", second: (s) => (s.signIn === "none" ? "second.signed_out" : "second.not_affected") },
  { name: "offline", glyph: "✕", when: (s) => s.link === "offline", second: "second.offline" },
  { name: "reconnecting", glyph: "↻", when: (s) => s.link === "lost", nudges: true },
  { name: "connecting", glyph: "◌", when: (s) => s.link === "connecting" },
  { name: "paused", glyph: "❚❚", when: (_, c) => c !== null && c.paused !== null && !c.ended, second: (s) => (s.waited < LONG_PAUSE_S ? "second.paused" : "second.paused_long") },
  { name: "model_failed", glyph: "⚠", when: (s, c) => has(c, "model_failed") || failed(s), second: "second.not_affected" },
  { name: "idle", glyph: "○", when: (_, c) => c === null, second: "second.idle" },
  {
    name: "wrap_up",
    glyph: "■",
    when: (_, c) => c?.ended === true,
    card: (s) => (s.call?.share == null ? "card.wrap_up_short" : "card.wrap_up"),
    second: (s) => (s.call?.past.length === 1 ? "second.wrap_up_one" : "second.wrap_up"),
  },
  { name: "loading", glyph: "◔", when: (s, c) => has(c, "model_loading") || s.model !== "" },
  { name: "mic_denied", glyph: "⚠", when: fault("mic_denied"), second: "second.mic_denied", nudges: true },
  { name: "mic_missing", glyph: "⚠", when: fault("mic_missing"), second: "second.mic_missing", nudges: true },
  { name: "same_sound", glyph: "⚠", when: fault("same_sound"), second: "second.same_sound", nudges: true },
  { name: "no_customer", glyph: "⚠", when: fault("customer_missing", "customer_silent", "tab_ended"), second: "second.no_customer", nudges: true },
  { name: "mic_silent", glyph: "⚠", when: fault("mic_silent", "mic_muted"), second: "second.mic_silent", nudges: true },
  { name: "suspended", glyph: "⚠", when: fault("capture_suspended"), second: "second.suspended", nudges: true },
  { name: "limited", glyph: "◐", when: fault("timing_only", "one_channel", "recogniser_failed"), card: "card.live", second: "second.limited", nudges: true },
  { name: "delayed", glyph: "◔", when: (_, c) => has(c, "saturated") || (c?.behind ?? 0) > BEHIND_MS, card: "card.live", second: "second.delayed", nudges: true },
  { name: "hold", glyph: "‖", when: (_, c) => c?.hold !== null, card: "card.live", nudges: true },
  { name: "live", glyph: "●", when: () => true, nudges: true },
];

/** Everything the overlay shows, in words. Pure. */
export function view(state: State): View {
  const call = state.call;
  const row = ROWS.find((one) => one.when(state, call)) as Row; // the last row always matches
  const nudge = row.nudges && !state.stale ? (call?.card ?? null) : null;
  const words = (said: Said): string => say(state.language, typeof said === "function" ? said(state) : said, values(state));
  const live = ["live", "limited", "delayed", "hold"].includes(row.name);
  const verdict = nudge && call?.past.find((one) => one.nudge.id === nudge.id)?.verdict;
  const second = row.second ? words(row.second) + after(row.name, call, words) : "";
  return {
    name: row.name,
    glyph: row.glyph,
    status: words(`state.${row.name}`),
    stage: live && row.name !== "hold" && call?.stage ? words(`stage.${call.stage}`) : "",
    share: live && !has(call, "one_channel") ? (call?.share ?? null) : null,
    nudge,
    done: nudge !== null && call?.done !== null,
    text: nudge?.text ?? words(row.card ?? `card.${row.name as Exclude<Name, "wrap_up" | "limited" | "delayed" | "hold">}`),
    reason: verdict ? `✓ ${words(`verdict.${verdict}`)}` : (nudge?.reason ?? second),
    chip: live && nudge === null ? chipOf(state) : "",
    live,
    shared: state.link === "open" && call !== null && state.watched > 0,
    pause: state.link !== "open" || call === null || call.ended ? "" : call.paused === null ? "pause" : "resume",
  };
}

/** The promises of the call, once it is over. */
function after(name: Name, call: Call | null, words: (said: Said) => string): string {
  const count = name === "wrap_up" ? (call?.promises.length ?? 0) : 0;
  return count === 0 ? "" : ` · ${words(count === 1 ? "second.promise" : "second.promises")}`;
}

function values(state: State): Values {
  const call = state.call;
  return {
    n: state.link === "open" ? (/\d+/.exec(call?.faults["model_loading"] ?? state.model)?.[0] ?? "…") : state.retry,
    since: state.since,
    time: clock((call?.at ?? 0) - (call?.hold ?? 0)),
    waited: clock(1000 * state.waited),
    share: call?.share ?? "",
    nudges: call?.past.length ?? 0,
    promises: call?.promises.length ?? 0,
    done: call?.past.filter((one) => one.outcome === "done").length ?? 0,
  };
}

function chipOf(state: State): string {
  const newest = Object.values(state.call?.chips ?? {}).at(-1);
  return newest === undefined ? "" : say(state.language, `chip.${newest}`);
}
