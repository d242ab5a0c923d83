import type { AudioGap, ServerEvent, StageChanged, SupervisorNote, TranscriptFinal, TranscriptPartial } from "./events";
import type { Channel, LinkEvent, Outcome, Past, Stage } from "./state";
import { languageOf, type Language } from "./strings";
import type { CallSummary, Told } from "./table";

/** What happens on this page rather than in the calls. */
export type PageEvent =
  | LinkEvent
  /** The page's own clock: seconds since it opened, and the time of day. */
  | { readonly type: "local.second"; readonly now: number; readonly time: string }
  | { readonly type: "local.team"; readonly team: string | null }
  | { readonly type: "local.only"; readonly only: Only }
  | { readonly type: "local.search"; readonly text: string }
  | { readonly type: "local.look"; readonly call: string | null }
  | { readonly type: "local.note"; readonly sent: boolean }
  | { readonly type: "local.sign_in"; readonly answer: SupervisorState["signIn"] };

/** Which calls are shown, by how they stand. */
export type Only = "all" | "look" | "private";

export type SupervisorMessage = Told | ServerEvent | PageEvent;

export interface Utterance {
  readonly id: string;
  readonly channel: Channel;
  readonly start: number;
  readonly text: string;
  readonly final: boolean;
}

/** The call that the page looks into. */
export interface Detail {
  readonly id: string;
  readonly seq: number;
  readonly lines: readonly Utterance[];
  readonly stages: readonly { readonly stage: Stage; readonly at: number }[];
  readonly nudges: readonly Past[];
  readonly notes: readonly SupervisorNote[];
  /** Milliseconds of audio that never came, of each side. */
  readonly lost: Readonly<Record<Channel, number>>;
}

export interface Alert {
  readonly kind: "rising" | "fault" | "said";
  readonly call: string;
  readonly who: string;
  /** The fault's code; its text, or the words that were said. */
  readonly code: string;
  readonly text: string;
}

export interface SupervisorState {
  readonly language: Language;
  readonly link: "connecting" | "open" | "lost" | "offline" | "refused";
  /** Seconds until the next attempt, while the link is lost. */
  readonly retry: number;
  readonly now: number;
  readonly time: string;
  /** Time of day of the last message. */
  readonly asOf: string;
  /** In the order in which the calls began; nothing else ever orders them. */
  readonly calls: readonly CallSummary[];
  /** When each call's line came last, by the page's clock. */
  readonly heard: Readonly<Record<string, number>>;
  /** Only this team is shown; null = all. */
  readonly team: string | null;
  readonly only: Only;
  /** Only calls whose agent, team or id holds this text. */
  readonly search: string;
  readonly look: string | null;
  /** The line of the call that the page looks into; it outlives the table's. */
  readonly looked: CallSummary | null;
  readonly detail: Detail | null;
  readonly note: "idle" | "sending" | "failed";
  /** What came of the last try to sign in. */
  readonly signIn: "idle" | "wrong" | "wait";
  readonly lastEnd: string;
  /** Alerts that wait to be told, the newest of each call. */
  readonly pending: readonly Alert[];
  /** Alerts that stand in the live region. */
  readonly alerts: readonly Alert[];
  readonly alertsAt: number;
  /** Messages of a kind that this page does not know. */
  readonly unknown: number;
}

/** A line without news for so many seconds is shown as old. */
export const STALE_S = 3;
/** The live region changes at most so often. */
export const ALERTS_S = 10;
/** So long a silence, in seconds, is told. */
export const SILENCE_S = 15;
/** A threat is recent for so long, in milliseconds of the call. */
export const RECENT_MS = 180_000;
const ALERTS = 3;
const LINES = 300;
const KEPT = 200;
const BUCKETS_OF_TWO_MINUTES = 4;
const LATE_MS = 3000;

export function opening(language: string): SupervisorState {
  return {
    language: languageOf(language),
    link: "connecting",
    retry: 0,
    now: 0,
    time: "",
    asOf: "",
    calls: [],
    heard: {},
    team: null,
    only: "all",
    search: "",
    look: null,
    looked: null,
    detail: null,
    note: "idle",
    signIn: "idle",
    lastEnd: "",
    pending: [],
    alerts: [],
    alertsAt: -ALERTS_S,
    unknown: 0,
  };
}

/** The only place where the supervisor's state changes. Pure: no clock, no page, no network. */
export function supervise(state: SupervisorState, message: SupervisorMessage): SupervisorState {
  switch (message.type) {
    case "local.open":
      return { ...state, link: "open", signIn: "idle" };
    case "local.lost":
      return { ...state, link: state.link === "open" ? "lost" : state.link, retry: message.seconds };
    case "local.offline":
      return { ...state, link: "offline" };
    case "local.refused":
      return { ...state, link: "refused", calls: [], look: null, looked: null, detail: null };
    case "local.cleared":
      return state;
    case "local.second":
      return announce({ ...state, now: message.now, time: message.time });
    case "local.team":
      return { ...state, team: message.team };
    case "local.only":
      return { ...state, only: message.only };
    case "local.search":
      return { ...state, search: message.text };
    case "local.look":
      return lookAt(state, message.call);
    case "local.note":
      return { ...state, note: message.sent ? "sending" : "failed" };
    case "local.sign_in":
      return { ...state, signIn: message.answer };
    case "calls":
      return fresh({ ...state, calls: message.calls, heard: Object.fromEntries(message.calls.map((call) => [call.call_id, state.now])), looked: message.calls.find((call) => call.call_id === state.look) ?? state.looked });
    case "call":
      return fresh(changed(state, message.call));
    case "gone":
      return fresh(gone(state, message.call_id));
    default:
      return fresh(follow(state, message));
  }
}

/** The calls that the filters leave. */
export function shown(state: SupervisorState): readonly CallSummary[] {
  const { team, only, search } = state;
  const text = search.trim().toLowerCase();
  return state.calls.filter(
    (call) =>
      (team === null || call.team === team) &&
      (only === "all" || (only === "private" ? call.paused : wantsLook(call))) &&
      [call.agent, call.team, call.call_id].some((name) => name.toLowerCase().includes(text)),
  );
}

/** Whether a filter hides calls. */
export function filtered({ team, only, search }: SupervisorState): boolean {
  return team !== null || only !== "all" || search.trim() !== "";
}

/** Whether something in a call asks for a look: what was said, a long silence, or trouble. */
export function wantsLook(call: CallSummary): boolean {
  if (call.ended || call.paused) return false;
  return call.trend === "rising" || threat(call) !== null || quiet(call) > 0 || call.faults.length > 0 || lateness(call) > 0;
}

/** A threat of the customer, while it is recent. */
export function threat(call: CallSummary): CallSummary["escalation"] {
  return call.escalation !== null && call.at - call.escalation.at < RECENT_MS ? call.escalation : null;
}

/** For how many seconds nobody has spoken; 0 = not for long. */
export function quiet(call: CallSummary): number {
  const seconds = Math.floor(call.silence / 1000);
  return seconds >= SILENCE_S ? seconds : 0;
}

/** All teams that have a call, by their name. */
export function teams(state: SupervisorState): readonly string[] {
  const found = new Set(state.calls.map((call) => call.team));
  if (state.team !== null) found.add(state.team);
  return [...found].sort();
}

/** For how many seconds a line has had no news; 0 = it is fresh, or nothing is to be expected. */
export function silence(state: SupervisorState, call: CallSummary): number {
  if (call.ended || call.paused) return 0;
  const seconds = state.now - (state.heard[call.call_id] ?? state.now);
  return seconds >= STALE_S ? seconds : 0;
}

/** The agent's share of all speech, per cent; null while nobody has spoken. */
export function share(call: CallSummary): number | null {
  const all = call.talk_agent + call.talk_customer;
  return all === 0 ? null : Math.round((100 * call.talk_agent) / all);
}

/** Complaint words of the last two minutes. */
export function complaints(call: CallSummary): number {
  return call.complaints.slice(-BUCKETS_OF_TWO_MINUTES).reduce((sum, count) => sum + count, 0);
}

/** How many seconds words or sound come late; 0 = in time. */
export function lateness(call: CallSummary): number {
  return call.behind > LATE_MS ? Math.round(call.behind / 1000) : 0;
}

function fresh(state: SupervisorState): SupervisorState {
  return { ...state, asOf: state.time };
}

function changed(state: SupervisorState, call: CallSummary): SupervisorState {
  const before = state.calls.find((one) => one.call_id === call.call_id);
  const calls = before === undefined ? [...state.calls, call] : state.calls.map((one) => (one === before ? call : one));
  const ended = call.ended && before?.ended !== true;
  const next = {
    ...state,
    calls,
    heard: { ...state.heard, [call.call_id]: state.now },
    looked: state.look === call.call_id ? call : state.looked,
    lastEnd: ended ? state.time.slice(0, 5) : state.lastEnd,
  };
  const news = alert(before, call);
  if (news === null) return next;
  return { ...next, pending: [...state.pending.filter((one) => one.call !== news.call), news].slice(-KEPT) };
}

/** What a supervisor should hear of: a threat, new trouble, and complaint words that begin to rise. */
function alert(before: CallSummary | undefined, call: CallSummary): Alert | null {
  if (call.ended || call.paused) return null;
  const about = { call: call.call_id, who: call.agent };
  const { escalation } = call;
  if (escalation !== null && escalation.at !== before?.escalation?.at) return { kind: "said", ...about, code: "", text: escalation.text };
  const trouble = call.faults.find((fault) => !before?.faults.some((known) => known.code === fault.code));
  if (trouble !== undefined) return { kind: "fault", ...about, ...trouble };
  return call.trend === "rising" && before?.trend !== "rising" ? { kind: "rising", ...about, code: "", text: "" } : null;
}

/** Move waiting alerts to the live region, not too often. */
function announce(state: SupervisorState): SupervisorState {
  if (state.pending.length === 0 || state.now - state.alertsAt < ALERTS_S) return state;
  return { ...state, pending: [], alerts: state.pending.slice(-ALERTS), alertsAt: state.now };
}

function gone(state: SupervisorState, id: string): SupervisorState {
  const heard = Object.fromEntries(Object.entries(state.heard).filter(([call]) => call !== id));
  const next = { ...state, heard, calls: state.calls.filter((call) => call.call_id !== id) };
  if (state.look !== id) return next;
  const read = state.detail !== null && state.detail.seq > 0 && state.looked !== null;
  return read ? { ...next, looked: { ...state.looked, ended: true } } : lookAt(next, null);
}

function lookAt(state: SupervisorState, call: string | null): SupervisorState {
  const looked = state.calls.find((one) => one.call_id === call) ?? null;
  return { ...state, look: looked === null ? null : call, looked, detail: looked === null ? null : blank(looked.call_id), note: "idle" };
}

function blank(id: string): Detail {
  return { id, seq: 0, lines: [], stages: [], nudges: [], notes: [], lost: { agent: 0, customer: 0 } };
}

/** Take one event of the call that the page looks into; what is old, or of another call, changes nothing. */
function follow(state: SupervisorState, event: ServerEvent): SupervisorState {
  if (state.detail === null || event.call_id !== state.detail.id) return state;
  const known = event.type === "call.started" ? blank(event.call_id) : state.detail;
  if (event.seq <= known.seq) return state;
  const detail = learn({ ...known, seq: event.seq }, event);
  if (detail === null) return { ...state, detail: { ...known, seq: event.seq }, unknown: state.unknown + 1 };
  return { ...state, detail, note: event.type === "supervisor.note" ? "idle" : state.note };
}

/** What one event adds to the detail; null = a kind of event that this page does not know. */
function learn(detail: Detail, event: ServerEvent): Detail | null {
  switch (event.type) {
    case "transcript.partial":
    case "transcript.final":
      return write(detail, event);
    case "stage.changed":
      return { ...detail, stages: [...detail.stages, stageOf(event)].slice(-KEPT) };
    case "nudge.shown":
      return { ...detail, nudges: [...detail.nudges, { nudge: event, outcome: "open" as const, verdict: null }].slice(-KEPT) };
    case "nudge.resolved":
      return over(detail, event.id, event.by_agent ? "done" : "over");
    case "nudge.expired":
      return over(detail, event.id, "expired");
    case "nudge.dismissed":
      return over(detail, event.id, "dismissed");
    case "nudge.superseded":
      return over(detail, event.id, "superseded");
    case "nudge.feedback":
      return { ...detail, nudges: detail.nudges.map((one) => (one.nudge.id === event.id ? { ...one, verdict: event.verdict } : one)) };
    case "supervisor.note":
      return { ...detail, notes: [...detail.notes, event].slice(-KEPT) };
    case "audio.gap":
      return lose(detail, event);
    case "call.started":
    case "call.updated":
    case "call.paused":
    case "call.resumed":
    case "call.ended":
    case "tick":
    case "speech.started":
    case "speech.ended":
    case "overlap.detected":
    case "silence.detected":
    case "hold.started":
    case "hold.ended":
    case "stage.ticked":
    case "cue.detected":
    case "cue.cleared":
    case "cue.suppressed":
    case "metrics.updated":
    case "fault":
      return detail;
    default:
      event satisfies never;
      return null;
  }
}

const stageOf = (event: StageChanged): Detail["stages"][number] => ({ stage: event.stage, at: event.at });

/** Put an utterance in its place, by its start; a newer hypothesis replaces the older. */
function write(detail: Detail, event: TranscriptPartial | TranscriptFinal): Detail {
  const final = event.type === "transcript.final";
  const words = final ? event.words : [...event.words, ...event.tail];
  const rest = detail.lines.filter((line) => line.id !== event.utterance || line.channel !== event.channel);
  const start = words[0]?.start;
  if (start === undefined) return { ...detail, lines: rest };
  const line: Utterance = { id: event.utterance, channel: event.channel, start, text: words.map((word) => word.text).join(" "), final };
  const after = rest.findIndex((one) => one.start > start);
  const lines = after < 0 ? [...rest, line] : [...rest.slice(0, after), line, ...rest.slice(after)];
  return { ...detail, lines: lines.slice(-LINES) };
}

function over(detail: Detail, id: string, outcome: Outcome): Detail {
  return { ...detail, nudges: detail.nudges.map((one) => (one.nudge.id === id && one.outcome === "open" ? { ...one, outcome } : one)) };
}

function lose(detail: Detail, gap: AudioGap): Detail {
  return { ...detail, lost: { ...detail.lost, [gap.channel]: detail.lost[gap.channel] + gap.end - gap.start } };
}
