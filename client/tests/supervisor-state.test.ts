import { describe, expect, test } from "vitest";
import type { ServerEvent } from "../src/events";
import { ALERTS_S, complaints, filtered, lateness, opening, quiet, RECENT_MS, share, shown as visible, silence, SILENCE_S, STALE_S, supervise, teams, threat, wantsLook, type SupervisorMessage, type SupervisorState } from "../src/supervisor-state";
import type { CallSummary } from "../src/table";
import { ended, numbered, shown, started, tick, type Draft } from "./calls";

const line = (call_id: string, more: Partial<CallSummary> = {}): CallSummary => ({
  call_id,
  team: "north",
  agent: `desk-${call_id}`,
  language: "en",
  at: 1000,
  stage: null,
  stage_since: 0,
  complaints: [0],
  trend: "steady",
  talk_agent: 0,
  talk_customer: 0,
  silence: 0,
  hold: null,
  escalation: null,
  nudge: null,
  faults: [],
  paused: false,
  ended: false,
  words: true,
  behind: 0,
  ...more,
});

const fold = (messages: readonly SupervisorMessage[], from: SupervisorState = opening("en")): SupervisorState => messages.reduce(supervise, from);
const second = (now: number, time = "14:03:10"): SupervisorMessage => ({ type: "local.second", now, time });
const calls = (...lines: CallSummary[]): SupervisorMessage => ({ type: "calls", calls: lines });
const call = (id: string, more: Partial<CallSummary> = {}): SupervisorMessage => ({ type: "call", call: line(id, more) });
const gone = (call_id: string): SupervisorMessage => ({ type: "gone", call_id });
const look = (id: string | null): SupervisorMessage => ({ type: "local.look", call: id });
const open: SupervisorMessage = { type: "local.open" };
const table = fold([open, second(0), calls(line("c"), line("d", { team: "south" }))]);
const ids = (state: SupervisorState): string[] => state.calls.map((one) => one.call_id);
const inside = (...drafts: Draft[]): SupervisorState => fold([look("c"), ...numbered([started, ...drafts])], table);
const words = (text: string, start: number) => text.split(" ").map((word, index) => ({ text: word, start: start + 200 * index, end: start + 200 * index + 200, probability: 1 }));
const final = (utterance: string, text: string, start: number): Draft => ({ type: "transcript.final", at: start + 2000, utterance, channel: "customer", revision: 2, words: words(text, start) });

const story: Draft[] = [
  started,
  { type: "transcript.partial", at: 900, utterance: "u1", channel: "customer", revision: 1, words: words("it does", 100), tail: words("not", 500) },
  final("u1", "it does not work", 100),
  { type: "stage.changed", at: 1800, stage: "venting", previous: "opening", rule: "r", evidence: [] },
  shown("n1", 3000),
  { type: "nudge.feedback", at: 3500, id: "n1", verdict: "wrong" },
  { type: "nudge.resolved", at: 4000, id: "n1", by_agent: true },
  { type: "audio.gap", at: 5000, channel: "agent", start: 3000, end: 4500, reason: "lost" },
  { type: "supervisor.note", at: 6000, author: "sue", text: "hello" },
  tick(6500),
  ended(9000),
];

describe("the table", () => {
  test("keeps the order of the calls, whatever changes", () => {
    const state = fold([call("c", { faults: [{ code: "mic_silent", text: "" }] }), call("e"), call("d", { trend: "rising" }), call("c")], table);
    expect(ids(state)).toEqual(["c", "d", "e"]);
  });
  test("loses what is gone", () => {
    expect(ids(fold([gone("c"), gone("never")], table))).toEqual(["d"]);
  });
  test("begins anew with a new list", () => {
    expect(ids(fold([calls(line("z"))], table))).toEqual(["z"]);
  });
  test("shows one team or all", () => {
    const south = fold([{ type: "local.team", team: "south" }], table);
    expect(visible(south).map((one) => one.call_id)).toEqual(["d"]);
    expect(visible(fold([{ type: "local.team", team: null }], south))).toHaveLength(2);
  });
  test("names the teams that have calls, and the one that is chosen", () => {
    expect(teams(fold([{ type: "local.team", team: "west" }], table))).toEqual(["north", "south", "west"]);
  });
  test("shows those that need a look, those that are private, and those that a search finds", () => {
    const many = fold([calls(line("c"), line("d", { trend: "rising" }), line("e", { paused: true, team: "South" }))], table);
    const left = (...messages: SupervisorMessage[]) => visible(fold(messages, many)).map((one) => one.call_id);
    expect(left({ type: "local.only", only: "look" })).toEqual(["d"]);
    expect(left({ type: "local.only", only: "private" })).toEqual(["e"]);
    expect(left({ type: "local.search", text: " DESK-C " })).toEqual(["c"]);
    expect(left({ type: "local.search", text: "south" })).toEqual(["e"]);
    expect(left({ type: "local.search", text: "x" })).toEqual([]);
    expect([filtered(many), filtered(fold([{ type: "local.search", text: "x" }], many))]).toEqual([false, true]);
  });
  test("remembers when the last call ended", () => {
    expect(fold([second(9, "14:02:59"), call("c", { ended: true })], table).lastEnd).toBe("14:02");
  });
  test("remembers how old it is", () => {
    expect(fold([second(9, "14:02:59"), call("c"), second(10, "14:03:00")], table).asOf).toBe("14:02:59");
  });
});

describe("a line", () => {
  const first = line("c");

  test(`without news for ${STALE_S} s is old`, () => {
    expect(silence(fold([second(STALE_S - 1)], table), first)).toBe(0);
    expect(silence(fold([second(STALE_S)], table), first)).toBe(STALE_S);
    expect(silence(fold([second(STALE_S), call("c")], table), first)).toBe(0);
  });
  test("of a call that is over or paused is never old", () => {
    const late = fold([second(60)], table);
    expect([silence(late, { ...first, ended: true }), silence(late, { ...first, paused: true })]).toEqual([0, 0]);
  });
  test("tells the agent's share", () => {
    expect([share(first), share({ ...first, talk_agent: 1000, talk_customer: 3000 })]).toEqual([null, 25]);
  });
  test("counts the complaint words of two minutes", () => {
    expect(complaints({ ...first, complaints: [9, 1, 2, 3, 4] })).toBe(10);
  });
  test("is late from three seconds on", () => {
    expect([lateness({ ...first, behind: 3000 }), lateness({ ...first, behind: 8200 })]).toEqual([0, 8]);
  });
});

describe("a call needs a look", () => {
  const first = line("c", { at: 300_000 });
  const escalation = { text: "I will cancel", at: 200_000 };

  test.each<[string, Partial<CallSummary>]>([
    ["complaint words rise", { trend: "rising" }],
    ["the customer threatens", { escalation }],
    ["nobody speaks for long", { silence: 1000 * SILENCE_S }],
    ["there is trouble", { faults: [{ code: "mic_silent", text: "" }] }],
    ["words come late", { behind: 9000 }],
  ])("when %s", (_, more) => {
    expect([wantsLook(first), wantsLook({ ...first, ...more })]).toEqual([false, true]);
    expect([wantsLook({ ...first, ...more, paused: true }), wantsLook({ ...first, ...more, ended: true })]).toEqual([false, false]);
  });
  test("and a threat is old some time after it was said", () => {
    expect(threat({ ...first, escalation, at: 200_000 + RECENT_MS - 1 })).toBe(escalation);
    expect(threat({ ...first, escalation, at: 200_000 + RECENT_MS })).toBeNull();
  });
  test("and a short silence is none", () => {
    expect([quiet({ ...first, silence: 1000 * SILENCE_S - 1 }), quiet({ ...first, silence: 20_900 })]).toEqual([0, 20]);
  });
});

describe("the live region", () => {
  const told = (...messages: SupervisorMessage[]) => fold([...messages, second(100)], table).alerts.map((one) => [one.kind, one.call]);

  const trouble = { faults: [{ code: "mic_silent", text: "No sound." }] };

  test.each<[string, Partial<CallSummary>]>([
    ["fault", trouble],
    ["rising", { trend: "rising" }],
    ["said", { escalation: { text: "I will cancel", at: 900 } }],
  ])("tells of %s, also in a new call", (kind, more) => {
    expect(told(call("c", more))).toEqual([[kind, "c"]]);
    expect(told(call("e", more))).toEqual([[kind, "e"]]);
  });
  test("tells each thing once", () => {
    const rising = call("c", { trend: "rising" });
    expect(told(rising, second(50), rising)).toEqual([["rising", "c"]]);
    const said = call("c", { escalation: { text: "I will cancel", at: 900 } });
    expect(fold([said, second(50), said, second(100)], table).pending).toEqual([]);
  });
  test("is silent about what merely moves on, and about calls that are over or paused", () => {
    const over = { ended: true, ...trouble };
    const paused = { paused: true, ...trouble };
    expect(told(call("e"), call("c", { at: 9000, trend: "falling" }), call("d", over), call("f", paused))).toEqual([]);
  });
  test("has the newest of each call, and of three calls at most", () => {
    const many = ["c", "d", "e", "f"].map((id) => call(id, { faults: [{ code: "x", text: "" }] }));
    expect(told(call("f", { trend: "rising" }), ...many)).toEqual([["fault", "d"], ["fault", "e"], ["fault", "f"]]);
  });
  test(`changes every ${ALERTS_S} s at most`, () => {
    const first = fold([call("e", trouble), second(1)], table);
    const next = fold([call("f", trouble), second(1 + ALERTS_S - 1)], first);
    expect(next.alerts).toEqual(first.alerts);
    expect(fold([second(1 + ALERTS_S)], next).alerts[0]?.call).toBe("f");
  });
});

describe("the call that the page looks into", () => {
  const end = inside(...story.slice(1)).detail;

  test("has its words, finals in place of what might change", () => {
    expect(end?.lines).toEqual([{ id: "u1", channel: "customer", start: 100, text: "it does not work", final: true }]);
  });
  test("has its stages, notes and lost audio", () => {
    expect(end?.stages).toEqual([{ stage: "venting", at: 1800 }]);
    expect(end?.notes.map((note) => note.text)).toEqual(["hello"]);
    expect(end?.lost).toEqual({ agent: 1500, customer: 0 });
  });
  test("has its nudges and what became of them", () => {
    expect(end?.nudges.map((one) => [one.nudge.id, one.outcome, one.verdict])).toEqual([["n1", "done", "wrong"]]);
  });
  test.each<[string, Draft]>([
    ["over", { type: "nudge.resolved", at: 4000, id: "n1", by_agent: false }],
    ["expired", { type: "nudge.expired", at: 4000, id: "n1" }],
    ["dismissed", { type: "nudge.dismissed", at: 4000, id: "n1" }],
    ["superseded", { type: "nudge.superseded", at: 4000, id: "n1", by: "n2" }],
  ])("knows a nudge that is %s, and the first outcome stands", (outcome, draft) => {
    const state = inside(shown("n1", 1000), draft, { type: "nudge.expired", at: 9000, id: "n1" });
    expect(state.detail?.nudges[0]?.outcome).toBe(outcome);
  });
  test("puts utterances in the order in which they were spoken", () => {
    const state = inside(final("u2", "second", 5000), final("u1", "first", 1000), final("u3", "third", 9000));
    expect(state.detail?.lines.map((one) => one.text)).toEqual(["first", "second", "third"]);
  });
  test("forgets an utterance that was taken back", () => {
    const state = inside(final("u1", "first", 1000), { type: "transcript.final", at: 4000, utterance: "u1", channel: "customer", revision: 3, words: [] });
    expect(state.detail?.lines).toEqual([]);
  });
  test("keeps the newest words of a long call", () => {
    const many = Array.from({ length: 400 }, (_, index) => final(`u${index}`, `word ${index}`, 1000 * index));
    const lines = inside(...many).detail?.lines ?? [];
    expect([lines.length, lines.at(-1)?.text]).toEqual([300, "word 399"]);
  });
  test("reads every message once", () => {
    const events = numbered(story);
    const twice = events.flatMap((event, index) => (index === 0 ? [event] : [event, event]));
    expect(fold([look("c"), ...twice], table).detail).toEqual(end);
  });
  test("can read any prefix and any hole", () => {
    const events = numbered(story);
    for (const [index] of events.entries()) {
      fold([look("c"), ...events.slice(0, index)], table);
      fold([look("c"), ...events.filter((_, other) => other !== index)], table);
    }
  });
  test("does not read another call's messages", () => {
    expect(fold([look("d"), ...numbered(story)], table).detail?.seq).toBe(0);
    expect(fold(numbered(story), table).detail).toBeNull();
  });
  test("counts a message of an unknown kind, and the numbers go on", () => {
    const strange = { type: "call.sung", seq: 2, call_id: "c", at: 10 } as unknown as ServerEvent;
    const state = fold([strange], inside());
    expect([state.unknown, state.detail?.seq]).toEqual([1, 2]);
  });
  test("starts anew when the call does", () => {
    expect(fold(numbered([started]), inside(...story.slice(1))).detail).toMatchObject({ seq: 1, lines: [] });
  });
  test("is put away by looking elsewhere", () => {
    expect(fold([look("d")], inside(...story.slice(1)))).toMatchObject({ look: "d", detail: { id: "d", seq: 0 } });
    expect(fold([look(null)], inside())).toMatchObject({ look: null, looked: null, detail: null });
  });
  test("must be on the table", () => {
    expect(fold([look("nowhere")], table)).toMatchObject({ look: null, detail: null });
  });
  test("stays to be read when it is gone from the table", () => {
    const state = fold([gone("c")], inside(final("u1", "first", 1000)));
    expect(state).toMatchObject({ look: "c", looked: { call_id: "c", ended: true } });
    expect(ids(state)).toEqual(["d"]);
  });
  test("is put away when it is gone before anything was read", () => {
    expect(fold([look("c"), gone("c")], table)).toMatchObject({ look: null, looked: null });
  });
  test("follows its line", () => {
    expect(fold([call("c", { at: 7000 })], inside()).looked?.at).toBe(7000);
    expect(fold([calls(line("c", { at: 8000 }))], inside()).looked?.at).toBe(8000);
  });
});

describe("a note", () => {
  test("is on its way until the call tells of it", () => {
    const sent = fold([{ type: "local.note", sent: true }], inside());
    expect(sent.note).toBe("sending");
    const note: ServerEvent = { type: "supervisor.note", seq: 2, call_id: "c", at: 10, author: "sue", text: "hello" };
    expect(fold([note], sent).note).toBe("idle");
  });
  test("that cannot be sent has failed", () => {
    expect(fold([{ type: "local.note", sent: false }], inside()).note).toBe("failed");
  });
});

describe("the link", () => {
  test("lost, then offline, then back", () => {
    const lost = fold([{ type: "local.lost", seconds: 2 }], table);
    expect(lost).toMatchObject({ link: "lost", retry: 2 });
    expect(ids(lost)).toEqual(["c", "d"]);
    expect(fold([{ type: "local.cleared" }, { type: "local.offline", since: "14:03" }], lost).link).toBe("offline");
    expect(fold([open], lost).link).toBe("open");
  });
  test("a first connection that fails is still a first connection", () => {
    expect(fold([{ type: "local.lost", seconds: 1 }]).link).toBe("connecting");
  });
  test("refused: who is signed out sees nothing any more", () => {
    expect(fold([{ type: "local.refused" }], inside(final("u1", "first", 1000)))).toMatchObject({ link: "refused", calls: [], look: null, looked: null, detail: null });
  });
  test("a try to sign in that failed is said until one succeeds", () => {
    const wrong = fold([{ type: "local.refused" }, { type: "local.sign_in", answer: "wrong" }], table);
    expect(wrong.signIn).toBe("wrong");
    expect(fold([open], wrong).signIn).toBe("idle");
  });
});
