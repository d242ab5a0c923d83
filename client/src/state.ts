import type { NudgeFeedback, NudgeShown, ServerEvent, StageChanged, StageTicked, SupervisorNote, TranscriptFinal, TranscriptPartial, Word } from "./events";
import { languageOf, type Language } from "./strings";

export type Channel = "agent" | "customer";
export const CHANNELS: readonly Channel[] = ["agent", "customer"];
export type Stage = StageChanged["stage"];
export type Verdict = NudgeFeedback["verdict"];
export type Outcome = "open" | "done" | "over" | "expired" | "dismissed" | "superseded";

/** What the strip shows, in its order. */
export const MARKS = ["empathy", "summary", "goal", "agreed", "follow_up"] as const;
export type Mark = (typeof MARKS)[number];

/** Cues that are going on, or wait for their moment: they show as a chip. */
export const CHIPS = ["venting", "off_track"] as const;
export type Chip = (typeof CHIPS)[number];

/** What happens to the link, on any page. */
export type LinkEvent =
  | { readonly type: "local.open" }
  | { readonly type: "local.lost"; readonly seconds: number }
  | { readonly type: "local.cleared" }
  | { readonly type: "local.offline"; readonly since: string }
  | { readonly type: "local.refused" };

/** What happens on this page rather than in the call. */
export type LocalEvent =
  | LinkEvent
  | { readonly type: "local.dismiss"; readonly id: string }
  /** What words still wait for, as `/ready` says it; empty = nothing. */
  | { readonly type: "local.model"; readonly text: string }
  /** The pause has lasted so many seconds. */
  | { readonly type: "local.waited"; readonly seconds: number }
  | { readonly type: "local.earlier"; readonly open: boolean }
  | { readonly type: "local.sign_in"; readonly answer: SignIn }
  | { readonly type: "local.idle"; readonly call: string };

/** What the feed says beside the call's events: so many supervisors have it open now. */
export interface Watched {
  readonly type: "call.watched";
  readonly call_id: string;
  readonly count: number;
}

export type Message = ServerEvent | Watched | LocalEvent;

/** Signing in on this page: not possible, or possible; else what is open: a form, or the way to another page. */
export type SignIn = "none" | "ready" | "idle" | "wrong" | "wait" | "page";

export interface Past {
  readonly nudge: NudgeShown;
  readonly outcome: Outcome;
  readonly verdict: Verdict | null;
}

export interface Line {
  readonly utterance: string;
  readonly start: number;
  readonly text: string;
}

export interface Call {
  readonly id: string;
  readonly seq: number;
  readonly at: number;
  readonly ended: boolean;
  readonly paused: number | null;
  readonly stage: Stage | null;
  readonly hold: number | null;
  readonly faults: Readonly<Record<string, string>>;
  readonly behind: number;
  readonly card: NudgeShown | null;
  /** When the agent did what the card says; it leaves 800 ms of call clock later. */
  readonly done: number | null;
  readonly chips: Readonly<Record<string, Chip>>;
  readonly past: readonly Past[];
  /** Words from a supervisor: they stand among the earlier nudges, never on the card. */
  readonly notes: readonly SupervisorNote[];
  /** How many of these came since the agent last looked at what was earlier. */
  readonly unread: number;
  readonly heard: Readonly<Partial<Record<Mark, "maybe" | "heard">>>;
  /** What the agent said would be done after the call, in the words that were heard. */
  readonly promises: readonly string[];
  /** Milliseconds of venting; while some goes on, less the time when it began. */
  readonly vented: number;
  readonly speaking: Readonly<Record<Channel, number | null>>;
  readonly spoken: Readonly<Record<Channel, number>>;
  /** The agent's share of all speech, per cent; renewed every 5 s. */
  readonly share: number | null;
  readonly shareAt: number;
  readonly lines: Readonly<Record<Channel, Line | null>>;
}

export interface State {
  readonly language: Language;
  /** The agent chose the language; calls do not change it. */
  readonly pinned: boolean;
  readonly link: "connecting" | "open" | "lost" | "offline" | "refused";
  /** Seconds until the next attempt, while the link is lost. */
  readonly retry: number;
  /** Time of day when the link went, for the state offline. */
  readonly since: string;
  /** The link has been away long enough for the card to be empty. */
  readonly stale: boolean;
  /** What words still wait for: `loading 43 %`, or why there are none. */
  readonly model: string;
  /** Seconds that the pause has lasted. */
  readonly waited: number;
  readonly call: Call | null;
  readonly earlier: boolean;
  readonly signIn: SignIn;
  /** So many supervisors have the call open. */
  readonly watched: number;
  /** Messages of a kind that this page does not know. */
  readonly unknown: number;
}

/** More notes than that nobody reads during a call. */
const NOTES = 20;
/** And more promises than that nobody reads after it. */
const PROMISES = 5;
const DONE_MS = 800;
const SHARE_MS = 5000;
/** Probability from which a word that may still change is shown. */
const SURE = 0.5;
const MARK_OF_CUE: Readonly<Record<string, Mark>> = { empathy_given: "empathy", mirroring_done: "summary" };
const MARK_OF_TICK: Readonly<Record<StageTicked["name"], Mark>> = { empathy: "empathy", mirror: "summary", goal: "goal", agreed: "agreed", follow_up: "follow_up" };

/** Where a page begins: in the language of the browser, or in the one that the agent chose. */
export function initial(language: string, chosen = ""): State {
  return {
    language: languageOf(chosen || language),
    pinned: chosen !== "",
    link: "connecting",
    retry: 0,
    since: "",
    stale: false,
    model: "",
    waited: 0,
    call: null,
    earlier: false,
    signIn: "none",
    watched: 0,
    unknown: 0,
  };
}

/** The only place where state changes. Pure: no clock, no page, no network. */
export function reduce(state: State, message: Message): State {
  switch (message.type) {
    case "local.open":
      return { ...state, link: "open", stale: false, signIn: "none", watched: 0 }; // the server tells who looks on
    case "local.lost":
      return { ...state, link: state.link === "open" ? "lost" : state.link, retry: message.seconds };
    case "local.cleared":
      return { ...state, stale: true };
    case "local.offline":
      return { ...state, link: "offline", since: message.since, stale: true };
    case "local.refused":
      return { ...state, link: "refused" };
    case "local.dismiss":
      return within(state, (call) => over(call, message.id, "dismissed"));
    case "local.earlier":
      return { ...within(state, (call) => ({ ...call, unread: 0 })), earlier: message.open };
    case "local.sign_in":
      return { ...state, signIn: message.answer };
    case "call.watched":
      return message.call_id === state.call?.id ? { ...state, watched: message.count } : state;
    case "local.model":
      return { ...state, model: message.text };
    case "local.waited":
      return { ...state, waited: message.seconds };
    case "local.idle":
      return state.call?.id === message.call && state.call.ended ? { ...state, call: null, earlier: false } : state;
    case "call.started":
      return { ...state, language: spoken(state, message.language), earlier: false, waited: 0, watched: 0, call: begin(message.call_id, message.seq, message.at) };
    default:
      return listen(state, message);
  }
}

type Running = Exclude<ServerEvent, { type: "call.started" }>;

/** Take one event of the running call; what is old, or of another call, changes nothing. */
function listen(state: State, event: Running): State {
  const call = state.call;
  if (call === null || event.call_id !== call.id || event.seq <= call.seq) return state;
  const next = advance(settle({ ...call, seq: event.seq, at: Math.max(call.at, event.at) }), event);
  if (next === null) return { ...state, call: { ...call, seq: event.seq }, unknown: state.unknown + 1 };
  const language = event.type === "call.updated" ? spoken(state, event.language) : state.language;
  return { ...state, language, waited: event.type === "call.paused" ? 0 : state.waited, call: next };
}

/** The language to show: the agent's choice, else the call's as soon as it is known. */
function spoken(state: State, tag: string): Language {
  return state.pinned || tag === "" || tag === "auto" ? state.language : languageOf(tag);
}

/** What one event changes in the call; null = a kind of event that this page does not know. */
function advance(call: Call, event: Running): Call | null {
  switch (event.type) {
    case "call.paused":
      return { ...call, paused: event.at };
    case "call.resumed":
      return { ...call, paused: null };
    case "call.ended":
      return share({ ...rest(call), ended: true, card: null, done: null, hold: null, speaking: QUIET });
    case "tick":
      return beat(call, event.behind);
    case "speech.started":
      return { ...call, speaking: { ...call.speaking, [event.channel]: event.start } };
    case "speech.ended":
      return {
        ...call,
        speaking: { ...call.speaking, [event.channel]: null },
        spoken: { ...call.spoken, [event.channel]: call.spoken[event.channel] + event.end - event.start },
      };
    case "transcript.partial":
    case "transcript.final":
      return write(call, event);
    case "hold.started":
      return { ...call, hold: event.start };
    case "hold.ended":
      return { ...call, hold: null };
    case "stage.changed":
      return { ...call, stage: event.stage };
    case "stage.ticked":
      return mark(promise(call, event), MARK_OF_TICK[event.name], 1);
    case "cue.detected":
      return mark(chip(call, event.id, event.cue), MARK_OF_CUE[event.cue], event.confidence);
    case "cue.cleared":
    case "cue.suppressed":
      return subside(call, event.id);
    case "nudge.shown":
      return { ...call, card: event, done: null, past: [...call.past, { nudge: event, outcome: "open", verdict: null }] };
    case "nudge.resolved":
      return event.by_agent ? praise(call, event.id) : over(call, event.id, "over");
    case "nudge.expired":
      return over(call, event.id, "expired");
    case "nudge.dismissed":
      return over(call, event.id, "dismissed");
    case "nudge.superseded":
      return over(call, event.id, "superseded");
    case "nudge.feedback":
      return { ...call, past: call.past.map((one) => (one.nudge.id === event.id ? { ...one, verdict: event.verdict } : one)) };
    case "fault":
      return { ...call, faults: event.active ? { ...call.faults, [event.code]: event.text } : without(call.faults, event.code) };
    case "supervisor.note":
      return { ...call, notes: [...call.notes, event].slice(-NOTES), unread: call.unread + 1 };
    case "call.updated":
    case "audio.gap":
    case "overlap.detected":
    case "silence.detected":
    case "metrics.updated":
      return call;
    default:
      event satisfies never;
      return null;
  }
}

const QUIET: Readonly<Record<Channel, null>> = { agent: null, customer: null };

function begin(id: string, seq: number, at: number): Call {
  return {
    id,
    seq,
    at,
    ended: false,
    paused: null,
    stage: null,
    hold: null,
    faults: {},
    behind: 0,
    card: null,
    done: null,
    chips: {},
    past: [],
    notes: [],
    unread: 0,
    heard: {},
    promises: [],
    vented: 0,
    speaking: QUIET,
    spoken: { agent: 0, customer: 0 },
    share: null,
    shareAt: at,
    lines: { agent: null, customer: null },
  };
}

function within(state: State, change: (call: Call) => Call): State {
  return state.call === null ? state : { ...state, call: change(state.call) };
}

/** Empty the card when its tick has been seen long enough. */
function settle(call: Call): Call {
  return call.done !== null && call.at - call.done >= DONE_MS ? { ...call, card: null, done: null } : call;
}

function beat(call: Call, behind: number): Call {
  const next = { ...call, behind };
  return call.at - call.shareAt >= SHARE_MS ? share(next) : next;
}

function share(call: Call): Call {
  const agent = spokenBy(call, "agent");
  const all = agent + spokenBy(call, "customer");
  return { ...call, shareAt: call.at, share: all === 0 ? null : Math.round((100 * agent) / all) };
}

function spokenBy(call: Call, channel: Channel): number {
  const since = call.speaking[channel];
  return call.spoken[channel] + (since === null ? 0 : Math.max(0, call.at - since));
}

function write(call: Call, event: TranscriptPartial | TranscriptFinal): Call {
  const words = event.type === "transcript.partial" ? [...event.words, ...sure(event.tail)] : event.words;
  const known = call.lines[event.channel];
  const start = words[0]?.start;
  if (start === undefined) return call;
  if (known !== null && known.utterance !== event.utterance && start < known.start) return call;
  const text = words.map((word) => word.text).join(" ");
  return { ...call, lines: { ...call.lines, [event.channel]: { utterance: event.utterance, start, text } } };
}

/** Words that may still change, up to the first that the recogniser is unsure of: text that jumps distracts. */
function sure(tail: readonly Word[]): readonly Word[] {
  const unsure = tail.findIndex((word) => word.probability < SURE);
  return unsure < 0 ? tail : tail.slice(0, unsure);
}

function chip(call: Call, id: string, cue: string): Call {
  const found = CHIPS.find((name) => name === cue);
  if (found === undefined || id in call.chips) return call;
  return { ...call, chips: { ...call.chips, [id]: found }, vented: call.vented - (found === "venting" ? call.at : 0) };
}

function subside(call: Call, id: string): Call {
  return { ...call, chips: without(call.chips, id), vented: call.vented + (call.chips[id] === "venting" ? call.at : 0) };
}

/** Nothing goes on any more. */
function rest(call: Call): Call {
  return Object.keys(call.chips).reduce(subside, call);
}

function promise(call: Call, event: StageTicked): Call {
  const words = event.evidence.flatMap((one) => (one.type === "words" ? [one.text] : []));
  if (event.name !== "follow_up" || words.length === 0) return call;
  return { ...call, promises: [...call.promises, words.join(" ")].slice(-PROMISES) };
}

function mark(call: Call, name: Mark | undefined, confidence: number): Call {
  if (name === undefined || confidence < 0.5 || call.heard[name] === "heard") return call;
  return { ...call, heard: { ...call.heard, [name]: confidence < 0.75 ? "maybe" : "heard" } };
}

/** The agent did it: the card stays a moment longer, with a tick. */
function praise(call: Call, id: string): Call {
  const shown = call.card?.id === id ? call.card : null;
  return { ...over(call, id, "done"), card: shown ?? call.card, done: shown === null ? call.done : call.at };
}

function over(call: Call, id: string, outcome: Outcome): Call {
  const gone = call.card?.id === id;
  return {
    ...call,
    card: gone ? null : call.card,
    done: gone ? null : call.done,
    past: call.past.map((one) => (one.nudge.id === id && one.outcome === "open" ? { ...one, outcome } : one)),
  };
}

function without<T>(record: Readonly<Record<string, T>>, key: string): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => name !== key));
}
