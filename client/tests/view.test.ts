import { describe, expect, test } from "vitest";
import { initial, reduce, type Message, type State } from "../src/state";
import { ROWS, view } from "../src/view";
import { ended, numbered, shown, started, tick, type Draft } from "./calls";

const fold = (...messages: Message[]): State => messages.reduce(reduce, initial("en"));
const open: Message = { type: "local.open" };
const lost: Message = { type: "local.lost", seconds: 2 };
const call = (...drafts: Draft[]): Message[] => [open, ...numbered([started, ...drafts])];
const fault = (code: string, text = ""): Draft => ({ type: "fault", at: 100, code, text, active: true });

const cases: [string, string, Message[]][] = [
  ["connecting", "Connecting", []],
  ["signed_out", "Signed out", [{ type: "local.refused" }]],
  ["reconnecting", "Reconnecting (2 s)", [open, lost]],
  ["offline", "Offline", [open, lost, { type: "local.offline", since: "14:03" }]],
  ["idle", "No call", [open]],
  ["live", "Live", call()],
  ["hold", "On hold 0:20", call({ type: "hold.started", at: 5000, start: 4000, evidence: [] }, tick(24_000))],
  ["limited", "Limited", call(fault("timing_only"))],
  ["limited", "Limited", call(fault("one_channel"))],
  ["limited", "Limited", call(fault("recogniser_failed"))],
  ["delayed", "Delayed", call(tick(500, 3500))],
  ["delayed", "Delayed", call(fault("saturated"))],
  ["mic_denied", "Mic blocked", call(fault("mic_denied"))],
  ["mic_missing", "No microphone", call(fault("mic_missing"))],
  ["same_sound", "Check headset", call(fault("same_sound"))],
  ["no_customer", "No customer audio", call(fault("customer_missing"))],
  ["no_customer", "No customer audio", call(fault("customer_silent"))],
  ["no_customer", "No customer audio", call(fault("tab_ended"))],
  ["mic_silent", "Mic muted", call(fault("mic_silent"))],
  ["mic_silent", "Mic muted", call(fault("mic_muted"))],
  ["suspended", "Capture stopped", call(fault("capture_suspended"))],
  ["loading", "Loading 43 %", [...call(), { type: "local.model", text: "loading 43 %" }]],
  ["model_failed", "No speech model", [open, { type: "local.model", text: "The file cannot be read." }]],
  ["loading", "Loading 43 %", call(fault("model_loading", "43"))],
  ["model_failed", "No speech model", call(fault("model_failed"))],
  ["paused", "Paused for privacy", call({ type: "call.paused", at: 100, reason: "card", by: "agent" })],
  ["wrap_up", "Call ended", call(ended(1000))],
];

describe("states", () => {
  test.each(cases)("%s: %s", (name, status, messages) => {
    expect(view(fold(...messages))).toMatchObject({ name, status });
  });
});

test("every row of the table is a state that a test brings about", () => {
  const named = cases.map(([name]) => name);
  expect(ROWS.map((row) => row.name).filter((name) => !named.includes(name))).toEqual([]);
});

test("trouble that was first in the table stays until it is over", () => {
  const both = call(fault("tab_ended"), fault("timing_only"));
  const over: Draft = { type: "fault", at: 200, code: "tab_ended", text: "", active: false };
  expect(view(fold(...both)).name).toBe("no_customer");
  expect(view(fold(...call(fault("tab_ended"), fault("timing_only"), over))).name).toBe("limited");
});

describe("the pause", () => {
  const paused: Draft = { type: "call.paused", at: 100, reason: "privacy", by: "agent" };
  test("can be begun in a call and ended in a pause", () => {
    expect(view(fold(open)).pause).toBe("");
    expect(view(fold(...call())).pause).toBe("pause");
    expect(view(fold(...call(paused))).pause).toBe("resume");
    expect(view(fold(...call(paused, ended(900)))).pause).toBe("");
  });
  test("cannot be asked for while nobody hears it", () => {
    expect(view(fold(...call(), lost)).pause).toBe("");
  });
  test("that has lasted long is asked about", () => {
    const waited = (seconds: number): Message => ({ type: "local.waited", seconds });
    expect(view(fold(...call(paused), waited(110))).reason).toBe("resume when card details are done");
    expect(view(fold(...call(paused), waited(130))).reason).toBe("paused 2:10 – resume?");
  });
});

describe("the card", () => {
  test("keeps a nudge beside trouble with the sound", () => {
    expect(view(fold(...call(fault("tab_ended"), shown("n", 200))))).toMatchObject({ status: "No customer audio", text: "Say what you can do instead." });
  });
  test("says that a verdict arrived", () => {
    const verdict: Draft = { type: "nudge.feedback", at: 300, id: "n", verdict: "not_now" };
    expect(view(fold(...call(shown("n", 200), verdict))).reason).toBe("✓ not now");
  });
  test("is the nudge while the call is live", () => {
    expect(view(fold(...call(shown("n", 100))))).toMatchObject({ text: "Say what you can do instead.", reason: "“can’t” heard" });
  });
  test("keeps the nudge for the first moments of a lost link, then says what it means", () => {
    const messages = [...call(shown("n", 100)), lost];
    expect(view(fold(...messages)).nudge?.id).toBe("n");
    expect(view(fold(...messages, { type: "local.cleared" })).text).toBe("Coaching paused – call not affected");
  });
  test("hides the chip behind the nudge", () => {
    const venting: Draft = { type: "cue.detected", at: 50, cue: "venting", id: "v", channel: "customer", rule: "r", playbook: "p", start: 0, end: 40, confidence: 0.9, evidence: [] };
    expect(view(fold(...call(venting))).chip).toBe("Listen – let it all out");
    expect(view(fold(...call(venting, shown("n", 100)))).chip).toBe("");
  });
  test("sums the call up at its end", () => {
    const done: Draft = { type: "nudge.resolved", at: 900, id: "n", by_agent: true };
    const spoke: Draft = { type: "speech.ended", at: 800, channel: "agent", start: 100, end: 700 };
    expect(view(fold(...call(shown("n", 100), spoke, done, ended(80_000))))).toMatchObject({
      text: "1:20 · you spoke 100 %",
      reason: "1 nudge, 1 done",
    });
  });
});

test("with one channel there is no share of the talk", () => {
  const spoke: Draft = { type: "speech.ended", at: 800, channel: "agent", start: 100, end: 700 };
  expect(view(fold(...call(spoke, tick(6000)))).share).toBe(100);
  expect(view(fold(...call(fault("one_channel"), spoke, tick(6000)))).share).toBeNull();
});

test("a call that is looked into says so, in every state, until the link is lost", () => {
  const watched: Message = { type: "call.watched", call_id: "c", count: 1 };
  const paused: Draft = { type: "call.paused", at: 100, reason: "privacy", by: "agent" };
  expect([view(fold(...call())).shared, view(fold(...call(), watched)).shared, view(fold(...call(paused), watched)).shared]).toEqual([false, true, true]);
  expect(view(fold(...call(), watched, lost)).shared).toBe(false);
});

test("the end counts what was promised", () => {
  const follow: Draft = { type: "stage.ticked", at: 900, name: "follow_up", evidence: [{ type: "words", channel: "agent", start: 100, end: 800, text: "I will call you" }] };
  expect(view(fold(...call(follow, ended(1000)))).reason).toBe("0 nudges, 0 done · 1 promise");
  expect(view(fold(...call(follow, { ...follow, at: 950 } as Draft, ended(1000)))).reason).toBe("0 nudges, 0 done · 2 promises");
});

test("where somebody can sign in the card does not send them to a printed link", () => {
  const refused: Message = { type: "local.refused" };
  expect(view(fold(refused)).reason).toBe("open the printed link again");
  expect(view(fold(refused, { type: "local.sign_in", answer: "ready" })).reason).toBe("call not affected");
});
