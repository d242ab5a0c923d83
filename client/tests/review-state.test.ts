import { describe, expect, test } from "vitest";
import type { CueLine, Line, NudgeLine, Review, Row } from "../src/review-answers";
import { chosen, cueMarks, current, marks, nameOf, NO_FILTERS, opening, reduce, step, type ReviewMessage, type ReviewState } from "../src/review-state";

const row = (id: string): Row => ({ id, agent: "anna", team: "north", language: "en", source: "demo", playbook: "en/support@1", started_at: 1, duration: 60_000, end_reason: "hangup", reads: true, assignable: false, reviewers: [] });
const cue = (id: string, start: number, more: Partial<CueLine> = {}): CueLine => ({ id, cue: "refusal_spoken", channel: "agent", rule: "r", playbook: "en/support@1", at: start + 1500, start, end: start + 1000, confidence: 0.9, evidence: [], state: "open", reason: "", suppressed: "", verdicts: [], ...more });
const nudge = (id: string, at: number, cue_id: string): NudgeLine => ({ id, cue: "refusal_spoken", cue_id, kind: "nudge", sign: "say", text: "Say what you can do instead.", reason: "", priority: 1, playbook: "en/support@1", at, outcome: "expired", outcome_at: at + 8000, verdict: null });
const line = (id: string, start: number, end: number): Line => ({ id, channel: "agent", at: end, start, end, text: id, words: [] });
const review: Review = {
  type: "review",
  call: row("c"),
  me: "rita",
  words: "kept",
  lines: [line("u1", 0, 4000), line("u2", 3000, 3500), line("u3", 9000, 12_000)],
  speech: [],
  breaks: [],
  stages: [],
  cues: [cue("a", 5000), cue("b", 20_000, { suppressed: "covered" }), cue("d", 40_000, { verdicts: [{ author: "sam", verdict: "right" }] })],
  nudges: [nudge("n-a", 7000, "a"), nudge("n-d", 42_000, "d")],
  notes: [],
  cards: [],
  names: [{ id: "refusal_spoken", en: "“no” spoken", de: "„Nein“ gesagt" }],
};
const fold = (messages: readonly ReviewMessage[], from: ReviewState = opening("en")): ReviewState => messages.reduce(reduce, from);
const open = fold([{ type: "calls", calls: [row("c")], after: "", cues: [], reviewers: [] }, review]);
const choose = (id: string): ReviewMessage => ({ type: "local.choose", id });
const seek = (at: number): ReviewMessage => ({ type: "local.seek", at });

describe("the list", () => {
  test("goes on where the page before ended", () => {
    const state = fold([{ type: "calls", calls: [row("c")], after: "x", cues: [], reviewers: [] }, { type: "local.more", answer: { type: "calls", calls: [row("d")], after: "", cues: [], reviewers: [] } }]);
    expect(state.calls.map((one) => one.id)).toEqual(["c", "d"]);
    expect(state.after).toBe("");
  });
  test("shows what a search found, until calls are asked for again", () => {
    const found: ReviewMessage = { type: "found", lines: [{ call: "c", started_at: 1, channel: "agent", start: 5, text: "hello" }], after: "7" };
    const state = fold([found, { type: "local.more", answer: { ...found, after: "" } as never }]);
    expect(state.found).toHaveLength(2);
    expect(reduce(state, { type: "calls", calls: [], after: "", cues: [], reviewers: [] }).found).toBeNull();
  });
  test("keeps its filters", () => {
    const filters = { ...NO_FILTERS, query: "router" };
    expect(fold([{ type: "local.filters", filters }, review, { type: "local.back" }]).filters).toEqual(filters);
  });
});

describe("the moment", () => {
  test("stays inside the call", () => {
    expect(fold([seek(-5)], open).at).toBe(0);
    expect(fold([seek(99_000_000)], open).at).toBe(60_000);
  });
  test("of a link is kept until the call is there", () => {
    expect(fold([seek(20_000), review]).at).toBe(20_000);
    expect(fold([seek(99_000), review]).at).toBe(60_000);
  });
  test("belongs to the utterance that is spoken, else to the last one", () => {
    expect([0, 3200, 3700, 8000, 9000].map((at) => current(review, at)?.id)).toEqual(["u1", "u2", "u1", "u2", "u3"]);
    expect(current({ ...review, lines: [] }, 5)).toBeNull();
  });
});

describe("events", () => {
  test("that were not shown appear on demand", () => {
    expect(cueMarks(open).map((mark) => mark.id)).toEqual(["a", "d"]);
    expect(cueMarks(reduce(open, { type: "local.suppressed", shown: true })).map((mark) => mark.id)).toEqual(["a", "b", "d"]);
  });
  test("stand by time, cues and nudges together", () => {
    expect(marks(open).map((mark) => mark.id)).toEqual(["a", "n-a", "d", "n-d"]);
  });
  test("follow each other by key from the moment, then from the chosen one", () => {
    expect(step(fold([seek(6000)], open), 1)?.id).toBe("n-a");
    expect(step(fold([seek(6000)], open), -1)?.id).toBe("a");
    expect(step(fold([choose("n-a")], open), 1)?.id).toBe("d");
    expect(step(fold([choose("a")], open), -1)).toBeNull();
    expect(step(opening("en"), 1)).toBeNull();
  });
  test("take the moment with them", () => {
    expect(fold([choose("d")], open).at).toBe(40_000);
  });
  test("lead to their cue and its nudge", () => {
    expect(chosen(fold([choose("n-a")], open)).cue?.id).toBe("a");
    expect(chosen(fold([choose("a")], open)).nudge?.id).toBe("n-a");
    expect(chosen(fold([choose("nothing")], open))).toEqual({ cue: null, nudge: null });
  });
});

describe("a verdict", () => {
  test("replaces one's own and leaves those of others", () => {
    const state = fold([{ type: "local.judged", cue: "d", verdict: "wrong" }, { type: "local.judged", cue: "d", verdict: "late" }], open);
    expect(state.call?.cues[2]?.verdicts).toEqual([
      { author: "sam", verdict: "right" },
      { author: "rita", verdict: "late" },
    ]);
    expect(state.saved).toBe(true);
  });
});

test("a note stands among the others, by time, in one's own name", () => {
  const note = (id: string, at: number): ReviewMessage => ({ type: "local.noted", note: { id, at, text: id, cue: "" } });
  const state = fold([note("late", 9000), note("early", 1000)], open);
  expect(state.call?.notes.map((one) => [one.id, one.author])).toEqual([
    ["early", "rita"],
    ["late", "rita"],
  ]);
});

describe("trouble", () => {
  test("keeps what is on the page", () => {
    const state = fold([{ type: "local.asking", about: "note" }, { type: "local.failed", status: 503 }], open);
    expect([state.failed, state.busy, state.call?.call.id]).toEqual([503, null, "c"]);
  });
  test("of a session that is over takes every word away", () => {
    const state = fold([{ type: "local.failed", status: 401 }], open);
    expect([state.link, state.call, state.calls]).toEqual(["refused", null, []]);
  });
  test("is over with the next answer", () => {
    expect(fold([{ type: "local.failed", status: 404 }, review], open).failed).toBeNull();
    expect(fold([{ type: "local.failed", status: 503 }, { type: "local.judged", cue: "d", verdict: "late" }], open).failed).toBeNull();
  });
});

test("a cue is called by its name, an unknown one by its id", () => {
  expect(nameOf(review.names, "refusal_spoken", "de")).toBe("„Nein“ gesagt");
  expect(nameOf([], "own_cue", "en")).toBe("own cue");
});

test("whoever goes back no longer waits for what was asked", () => {
  expect(fold([{ type: "local.asking", about: "try" }, { type: "local.back" }], open).busy).toBeNull();
});

test("another call begins without what was tried with the last", () => {
  const tried: ReviewMessage = { type: "what_if", against: "en/support@1", playbook: "en/sales@1", changes: [], names: [] };
  expect(fold([tried, review], open).whatIf).toBeNull();
  expect(fold([tried, { type: "local.back" }], open).whatIf).toBeNull();
});

describe("the sound", () => {
  const wave = { agent: new Float32Array(2), customer: new Float32Array(2) };
  test("moves the moment and leaves what was chosen", () => {
    const state = fold([choose("a"), { type: "local.heard", wave }, { type: "local.playing", playing: true }, { type: "local.moved", at: 6000 }], open);
    expect([state.at, state.chosen, state.playing]).toEqual([6000, "a", true]);
  });
  test("belongs to one call", () => {
    const state = fold([{ type: "local.heard", wave }, { type: "local.rate", rate: 2 }, { type: "local.volume", channel: "agent", volume: 0 }, { type: "local.back" }], open);
    expect([state.wave, state.rate, state.volumes]).toEqual([null, 1, { agent: 1, customer: 1 }]);
  });
});

describe("what a call was about", () => {
  const card = { cause: "promise", request: "", sort: "" } as const;
  test("is said once by everybody", () => {
    const state = fold([{ type: "local.carded", card }, { type: "local.carded", card: { ...card, cause: "fault" } }], open);
    expect(state.call?.cards).toEqual([{ author: "rita", ...card, cause: "fault" }]);
  });
  test("is taken back by saying nothing", () => {
    expect(fold([{ type: "local.carded", card }, { type: "local.carded", card: { ...card, cause: "" } }], open).call?.cards).toEqual([]);
  });
});

test("a call shows at once to whom it is assigned", () => {
  const assigned = (on: boolean): ReviewMessage => ({ type: "local.assigned", call: "c", reviewer: "rita", on });
  expect(fold([assigned(true), assigned(true)], open).calls[0]?.reviewers).toEqual(["rita"]);
  expect(fold([assigned(true), assigned(false)], open).calls[0]?.reviewers).toEqual([]);
});
