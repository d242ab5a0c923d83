import type { Answer, Brought, CardLine, Changed, CueLine, CueName, FoundLine, Line, NoteLine, NudgeLine, Review, Row, WhatIf } from "./review-answers";
import type { Wave } from "./review-sound";
import type { Channel } from "./state";
import { languageOf, type Language } from "./strings";

/** What calls are looked for; empty = any. Days are written like 2026-11-22. */
export interface Filters {
  readonly query: string;
  readonly cue: string;
  readonly stage: string;
  readonly outcome: string;
  readonly since: string;
  readonly until: string;
}

export type Verdict = CueLine["verdicts"][number]["verdict"];

/** What a call was about. */
export type Card = Omit<CardLine, "author">;

/** What happens on this page. */
export type PageEvent =
  | { readonly type: "local.me"; readonly asksReason: boolean; readonly brings: boolean }
  | { readonly type: "local.asking"; readonly about: "list" | "call" | "try" | "note" }
  | { readonly type: "local.heard"; readonly wave: Wave }
  | { readonly type: "local.playing"; readonly playing: boolean }
  | { readonly type: "local.moved"; readonly at: number }
  | { readonly type: "local.rate"; readonly rate: number }
  | { readonly type: "local.skip"; readonly on: boolean }
  | { readonly type: "local.volume"; readonly channel: Channel; readonly volume: number }
  | { readonly type: "local.sent"; readonly share: number }
  | { readonly type: "local.reviewer"; readonly reviewer: string }
  | { readonly type: "local.assigned"; readonly call: string; readonly reviewer: string; readonly on: boolean }
  | { readonly type: "local.carded"; readonly card: Card }
  | { readonly type: "local.more"; readonly answer: Extract<Answer, { type: "calls" | "found" }> }
  | { readonly type: "local.failed"; readonly status: number }
  | { readonly type: "local.filters"; readonly filters: Filters }
  | { readonly type: "local.reason"; readonly reason: string }
  | { readonly type: "local.seek"; readonly at: number }
  | { readonly type: "local.choose"; readonly id: string | null }
  | { readonly type: "local.suppressed"; readonly shown: boolean }
  | { readonly type: "local.back" }
  | { readonly type: "local.judged"; readonly cue: string; readonly verdict: Verdict }
  | { readonly type: "local.noted"; readonly note: Omit<NoteLine, "author"> }
  | { readonly type: "local.sign_in"; readonly answer: "idle" | "wrong" | "wait" };

export type ReviewMessage = Answer | PageEvent;

export interface ReviewState {
  readonly language: Language;
  readonly link: "open" | "refused";
  readonly signIn: "idle" | "wrong" | "wait";
  readonly busy: "list" | "call" | "try" | "note" | null;
  /** The status of what went wrong last; null = nothing. */
  readonly failed: number | null;
  readonly saved: boolean;
  readonly asksReason: boolean;
  readonly reason: string;
  readonly filters: Filters;
  readonly calls: readonly Row[];
  /** Null = the list shows calls; else what a search found. */
  readonly found: readonly FoundLine[] | null;
  readonly after: string;
  readonly cues: readonly CueName[];
  readonly call: Review | null;
  /** The moment that the page looks at, in milliseconds of the call. */
  readonly at: number;
  /** The cue or nudge whose reason is shown. */
  readonly chosen: string | null;
  readonly suppressed: boolean;
  readonly playbooks: readonly string[];
  readonly whatIf: WhatIf | null;
  /** How loud both sides were; null = no sound was kept. */
  readonly wave: Wave | null;
  readonly playing: boolean;
  readonly rate: number;
  /** Whether long silence is passed over. */
  readonly skips: boolean;
  readonly volumes: Readonly<Record<Channel, number>>;
  /** Whether recordings may be brought in. */
  readonly brings: boolean;
  /** The recording that is being brought in, and how much of it is sent. */
  readonly brought: Brought | null;
  readonly sent: number;
  /** To whom calls can be assigned, and to whom the next one is. */
  readonly reviewers: readonly string[];
  readonly reviewer: string;
}

/** What belongs to the sound of one call. */
const SILENT = { wave: null, playing: false, rate: 1, skips: false, volumes: { agent: 1, customer: 1 } } as const;

export const NO_FILTERS: Filters = { query: "", cue: "", stage: "", outcome: "", since: "", until: "" };

export function opening(language: string): ReviewState {
  return {
    language: languageOf(language),
    link: "open",
    signIn: "idle",
    busy: "list",
    failed: null,
    saved: false,
    asksReason: false,
    reason: "",
    filters: NO_FILTERS,
    calls: [],
    found: null,
    after: "",
    cues: [],
    call: null,
    at: 0,
    chosen: null,
    suppressed: false,
    playbooks: [],
    whatIf: null,
    ...SILENT,
    brings: false,
    brought: null,
    sent: 0,
    reviewers: [],
    reviewer: "",
  };
}

/** The only place where the review's state changes. Pure: no clock, no page, no network. */
export function reduce(state: ReviewState, message: ReviewMessage): ReviewState {
  switch (message.type) {
    case "local.me":
      return { ...state, link: "open", signIn: "idle", asksReason: message.asksReason, brings: message.brings };
    case "local.asking":
      return { ...state, busy: message.about, failed: null, saved: false };
    case "local.more":
      return more(state, message.answer);
    case "local.failed":
      return message.status === 401 ? { ...opening(state.language), link: "refused", busy: null } : { ...state, busy: null, failed: message.status };
    case "local.heard":
      return { ...state, wave: message.wave };
    case "local.playing":
      return { ...state, playing: message.playing };
    case "local.moved":
      return { ...state, at: within(state.call, message.at) };
    case "local.rate":
      return { ...state, rate: message.rate };
    case "local.skip":
      return { ...state, skips: message.on };
    case "local.volume":
      return { ...state, volumes: { ...state.volumes, [message.channel]: message.volume } };
    case "local.sent":
      return { ...state, sent: message.share };
    case "local.reviewer":
      return { ...state, reviewer: message.reviewer };
    case "local.assigned":
      return { ...state, saved: true, failed: null, calls: state.calls.map((row) => (row.id === message.call ? assigned(row, message.reviewer, message.on) : row)) };
    case "local.carded":
      return { ...state, saved: true, failed: null, call: carded(state.call, message.card) };
    case "local.filters":
      return { ...state, filters: message.filters };
    case "local.reason":
      return { ...state, reason: message.reason };
    case "local.seek":
      return { ...state, at: within(state.call, message.at), saved: false };
    case "local.choose":
      return choose(state, message.id);
    case "local.suppressed":
      return { ...state, suppressed: message.shown };
    case "local.back":
      return { ...state, ...SILENT, busy: null, call: null, chosen: null, whatIf: null, at: 0, failed: null, saved: false };
    case "local.judged":
      return { ...state, saved: true, failed: null, call: judged(state.call, message.cue, message.verdict) };
    case "local.noted":
      return { ...state, busy: null, saved: true, call: noted(state.call, message.note) };
    case "local.sign_in":
      return { ...state, signIn: message.answer };
    case "calls":
      return { ...state, busy: null, failed: null, calls: message.calls, found: null, after: message.after, cues: message.cues, reviewers: message.reviewers };
    case "found":
      return { ...state, busy: null, failed: null, found: message.lines, after: message.after };
    case "review":
      return { ...state, ...SILENT, busy: null, failed: null, call: message, at: within(message, state.at), chosen: null, whatIf: null, playbooks: [] };
    case "what_if":
      return { ...state, busy: null, failed: null, whatIf: message };
    case "playbooks":
      return { ...state, playbooks: message.names };
    case "kept":
      return { ...state, busy: null, saved: true };
    case "sounds":
      return state;
    case "brought":
      return { ...state, brought: message, sent: message.state === "sending" ? state.sent : 1 };
    default:
      message satisfies never;
      return state;
  }
}

/** A cue or a nudge on the timeline. */
export type Mark = { readonly id: string; readonly at: number; readonly end: number } & ({ readonly kind: "cue"; readonly cue: CueLine } | { readonly kind: "nudge"; readonly nudge: NudgeLine });

/** The cues that the page shows, by time. */
export function cueMarks(state: ReviewState): readonly Mark[] {
  const cues = (state.call?.cues ?? []).filter((cue) => state.suppressed || cue.suppressed === "");
  return cues.map((cue) => ({ kind: "cue", id: cue.id, at: cue.start, end: Math.max(cue.start, cue.end), cue }));
}

/** All nudges, by time. */
export function nudgeMarks(state: ReviewState): readonly Mark[] {
  return (state.call?.nudges ?? []).map((nudge) => ({ kind: "nudge", id: nudge.id, at: nudge.at, end: Math.max(nudge.at, nudge.outcome_at), nudge }));
}

/** Both, by time. */
export function marks(state: ReviewState): readonly Mark[] {
  return [...cueMarks(state), ...nudgeMarks(state)].sort((one, other) => one.at - other.at || one.id.localeCompare(other.id));
}

/** The event before or after the chosen one, else before or after the moment; null = there is none. */
export function step(state: ReviewState, direction: -1 | 1): Mark | null {
  const all = marks(state);
  const chosen = all.findIndex((mark) => mark.id === state.chosen);
  if (chosen >= 0) return all[chosen + direction] ?? null;
  const ahead = all.filter((mark) => (direction > 0 ? mark.at > state.at : mark.at < state.at));
  return (direction > 0 ? ahead[0] : ahead.at(-1)) ?? null;
}

/** The cue that the chosen mark is about, and its nudge. */
export function chosen(state: ReviewState): { readonly cue: CueLine | null; readonly nudge: NudgeLine | null } {
  const { call } = state;
  const picked = call?.nudges.find((one) => one.id === state.chosen) ?? null;
  const cue = call?.cues.find((one) => one.id === (picked?.cue_id ?? state.chosen)) ?? null;
  const nudge = picked ?? (cue === null ? null : (call?.nudges.find((one) => one.cue_id === cue.id) ?? null));
  return { cue, nudge };
}

/** The utterance that is spoken at the moment, else the last one before it. */
export function current(call: Review, at: number): Line | null {
  const begun = call.lines.filter((line) => line.start <= at);
  return begun.findLast((line) => line.end > at) ?? begun.at(-1) ?? null;
}

/** What a cue is called in the page's language. */
export function nameOf(names: readonly CueName[], cue: string, language: Language): string {
  return names.find((one) => one.id === cue)?.[language] ?? cue.replaceAll("_", " ");
}

/** What the other playbook changes, or nothing while none was tried. */
export function changes(state: ReviewState): readonly Changed[] {
  return state.whatIf?.changes ?? [];
}

function more(state: ReviewState, answer: Extract<Answer, { type: "calls" | "found" }>): ReviewState {
  const next = { ...state, busy: null, failed: null, after: answer.after };
  if (answer.type === "calls") return { ...next, calls: [...state.calls, ...answer.calls] };
  return { ...next, found: [...(state.found ?? []), ...answer.lines] };
}

function choose(state: ReviewState, id: string | null): ReviewState {
  const mark = [...cueMarks({ ...state, suppressed: true }), ...nudgeMarks(state)].find((one) => one.id === id);
  if (mark === undefined) return { ...state, chosen: null };
  return { ...state, chosen: mark.id, at: within(state.call, mark.at), saved: false, failed: null };
}

function within(call: Review | null, at: number): number {
  return call === null ? Math.max(0, at) : Math.min(Math.max(0, at), call.call.duration);
}

/** Own verdict replaces own verdict; those of others stay. */
function judged(call: Review | null, id: string, verdict: Verdict): Review | null {
  if (call === null) return null;
  const cues = call.cues.map((cue) => (cue.id === id ? { ...cue, verdicts: [...cue.verdicts.filter((one) => one.author !== call.me), { author: call.me, verdict }] } : cue));
  return { ...call, cues };
}

function assigned(row: Row, reviewer: string, on: boolean): Row {
  const others = row.reviewers.filter((one) => one !== reviewer);
  return { ...row, reviewers: on ? [...others, reviewer].sort() : others };
}

/** Own card replaces own card; an empty one takes it back. */
function carded(call: Review | null, card: Card): Review | null {
  if (call === null) return null;
  const others = call.cards.filter((one) => one.author !== call.me);
  return { ...call, cards: card.cause === "" && card.request === "" ? others : [...others, { author: call.me, ...card }] };
}

function noted(call: Review | null, note: Omit<NoteLine, "author">): Review | null {
  if (call === null) return null;
  return { ...call, notes: [...call.notes, { ...note, author: call.me }].sort((one, other) => one.at - other.at) };
}
