import { describe, expect, test } from "vitest";
import type { ServerEvent } from "../src/events";
import { initial, reduce, type Message, type State } from "../src/state";
import { ended, numbered, shown, started, tick, type Draft } from "./calls";

const fold = (messages: readonly Message[], from: State = initial("en")): State => messages.reduce(reduce, from);
const open: Message = { type: "local.open" };
const play = (...drafts: Draft[]): State => fold([open, ...numbered([started, ...drafts])]);

const words = (text: string, start: number) =>
  text.split(" ").map((word, index) => ({ text: word, start: start + 200 * index, end: start + 200 * index + 200, probability: 1 }));

const story: Draft[] = [
  started,
  { type: "speech.started", at: 300, channel: "customer", start: 100 },
  { type: "transcript.partial", at: 900, utterance: "u1", channel: "customer", revision: 1, words: words("it does", 100), tail: words("not", 500) },
  { type: "transcript.final", at: 1600, utterance: "u1", channel: "customer", revision: 2, words: words("it does not work", 100) },
  { type: "speech.ended", at: 1700, channel: "customer", start: 100, end: 1100 },
  { type: "stage.changed", at: 1800, stage: "venting", previous: "opening", rule: "stage.venting", evidence: [] },
  { type: "cue.detected", at: 1900, cue: "venting", id: "v", channel: "customer", rule: "venting.score", playbook: "p", start: 100, end: 1100, confidence: 0.9, evidence: [] },
  { type: "cue.cleared", at: 2400, cue: "venting", id: "v", reason: "cleared", by: "agent", evidence: [] },
  { type: "speech.started", at: 2600, channel: "agent", start: 2400 },
  shown("n1", 3000),
  { type: "nudge.resolved", at: 4000, id: "n1", by_agent: true },
  { type: "speech.ended", at: 5600, channel: "agent", start: 2400, end: 5400 },
  tick(6000),
  shown("n2", 20_000),
  { type: "nudge.expired", at: 28_000, id: "n2" },
  ended(30_000),
];

describe("a whole call", () => {
  const end = fold([open, ...numbered(story)]);

  test("ends with no card and no chip", () => {
    expect(end.call).toMatchObject({ ended: true, card: null, chips: {}, stage: "venting" });
  });
  test("keeps what became of each nudge", () => {
    expect(end.call?.past.map((one) => [one.nudge.id, one.outcome])).toEqual([["n1", "done"], ["n2", "expired"]]);
  });
  test("knows the agent's share of the talk", () => {
    expect(end.call?.share).toBe(75);
  });
  test("keeps the last words of a side", () => {
    expect(end.call?.lines.customer?.text).toBe("it does not work");
  });
});

describe("the words", () => {
  test("stop before the first that may change and is unsure", () => {
    const tail = words("not work here", 500).map((word, index) => ({ ...word, probability: index === 1 ? 0.4 : 0.9 }));
    const partial: Draft = { type: "transcript.partial", at: 900, utterance: "u1", channel: "customer", revision: 1, words: words("it does", 100), tail };
    expect(play(partial).call?.lines.customer?.text).toBe("it does not");
  });
});

describe("the card", () => {
  test("shows the nudge", () => {
    expect(play(shown("n1", 1000)).call?.card?.id).toBe("n1");
  });
  test("keeps a done nudge for 800 ms of call clock", () => {
    const done: Draft = { type: "nudge.resolved", at: 2000, id: "n1", by_agent: true };
    expect(play(shown("n1", 1000), done, tick(2500)).call).toMatchObject({ card: { id: "n1" }, done: 2000 });
    expect(play(shown("n1", 1000), done, tick(3000)).call?.card).toBeNull();
  });
  test("empties at once when the agent had no part in it", () => {
    expect(play(shown("n1", 1000), { type: "nudge.resolved", at: 2000, id: "n1", by_agent: false }).call?.card).toBeNull();
  });
  test("is taken over by the newer nudge, whatever the order of the messages", () => {
    const gone: Draft = { type: "nudge.superseded", at: 5000, id: "n1", by: "n2" };
    for (const order of [[gone, shown("n2", 5000)], [shown("n2", 5000), gone]]) {
      expect(play(shown("n1", 1000), ...order).call?.card?.id).toBe("n2");
    }
  });
  test("hides at once when dismissed, and stays so when the server confirms", () => {
    const hidden = reduce(play(shown("n1", 1000)), { type: "local.dismiss", id: "n1" });
    const confirmed = reduce(hidden, { type: "nudge.dismissed", seq: 3, call_id: "c", at: 1500, id: "n1" });
    expect(confirmed.call).toMatchObject({ card: null, past: [{ outcome: "dismissed" }] });
  });
});

test("a supervisor's note is kept, and stays off the card", () => {
  const note: Draft = { type: "supervisor.note", at: 2000, author: "sue", text: "Offer the visit." };
  expect(play(note).call).toMatchObject({ card: null, past: [], notes: [{ author: "sue", text: "Offer the visit." }] });
});

test("a note is new until the agent looks at what was earlier", () => {
  const note: Draft = { type: "supervisor.note", at: 2000, author: "sue", text: "Offer the visit." };
  const told = play(note);
  expect(told.call?.unread).toBe(1);
  expect(reduce(told, { type: "local.earlier", open: true }).call?.unread).toBe(0);
});

test("a language that the agent chose stays, whatever the call speaks", () => {
  const german = numbered([{ ...started, language: "de" } as Draft]);
  expect(fold([open, ...german], initial("en")).language).toBe("de");
  expect(fold([open, ...german], initial("de-AT", "en")).language).toBe("en");
});

test("a call whose language is not known yet changes no language", () => {
  expect(fold([open, ...numbered([{ ...started, language: "auto" } as Draft])], initial("de")).language).toBe("de");
});

describe("a chip", () => {
  const armed: Draft = { type: "cue.detected", at: 500, cue: "off_track", id: "o", channel: "customer", rule: "r", playbook: "p", start: 0, end: 400, confidence: 0.9, evidence: [] };

  test("shows a cue that waits for its moment", () => {
    expect(play(armed).call?.chips).toEqual({ o: "off_track" });
  });
  test("goes when the cue is suppressed", () => {
    expect(play(armed, { type: "cue.suppressed", at: 600, cue: "off_track", id: "o", reason: "moment", rule: "", evidence: [] }).call?.chips).toEqual({});
  });
});

describe("the order of messages", () => {
  test("a message read twice changes nothing", () => {
    const events = numbered(story);
    const twice = events.flatMap((event, index) => (index === 0 ? [event] : [event, event]));
    expect(fold([open, ...twice])).toEqual(fold([open, ...events]));
  });
  test("any prefix and any hole can be read", () => {
    const events = numbered(story);
    for (const [index] of events.entries()) {
      fold(events.slice(0, index));
      fold(events.filter((_, other) => other !== index));
    }
  });
  test("another call's message changes nothing", () => {
    const [first, ...rest] = numbered(story, "other");
    expect(first?.type).toBe("call.started");
    expect(fold(rest, play())).toEqual(play());
  });
  test("the same call played again starts anew", () => {
    const again = fold([...numbered(story), ...numbered([started])]);
    expect(again.call).toMatchObject({ seq: 1, past: [], ended: false });
  });
  test("a message of an unknown kind is counted, and the numbers go on", () => {
    const strange = { type: "call.sung", seq: 2, call_id: "c", at: 10 } as unknown as ServerEvent;
    const state = reduce(play(), strange);
    expect([state.unknown, state.call?.seq]).toEqual([1, 2]);
  });
});

describe("the link", () => {
  test("a first connection that fails is still a first connection", () => {
    expect(fold([{ type: "local.lost", seconds: 1 }]).link).toBe("connecting");
  });
  test("lost, then offline, then back", () => {
    const lost = fold([{ type: "local.lost", seconds: 2 }], play());
    expect(lost).toMatchObject({ link: "lost", retry: 2, stale: false });
    const offline = fold([{ type: "local.offline", since: "14:03" }, { type: "local.lost", seconds: 8 }], lost);
    expect(offline).toMatchObject({ link: "offline", since: "14:03", stale: true });
    expect(reduce(offline, open)).toMatchObject({ link: "open", stale: false });
  });
  test("idle comes only after the call that ended", () => {
    const over = play(ended(1000));
    expect(reduce(over, { type: "local.idle", call: "another" }).call).not.toBeNull();
    const looked = reduce(over, { type: "local.earlier", open: true });
    expect(reduce(looked, { type: "local.idle", call: "c" })).toMatchObject({ call: null, earlier: false });
    expect(reduce(play(), { type: "local.idle", call: "c" }).call).not.toBeNull();
  });
});

test("the page speaks the language of the call", () => {
  expect(play({ type: "call.updated", at: 100, language: "de", agent: "", issue: [] }).language).toBe("de");
});

describe("a tick", () => {
  test("marks what was heard, once and for all", () => {
    const end = play({ type: "stage.ticked", at: 900, name: "mirror", evidence: [] }, { type: "stage.ticked", at: 1900, name: "follow_up", evidence: [] });
    expect(end.call?.heard).toEqual({ summary: "heard", follow_up: "heard" });
  });
  test("is not what a stage alone says", () => {
    const end = play({ type: "stage.changed", at: 900, stage: "empathy", previous: "venting", rule: "steam_is_out", evidence: [] });
    expect(end.call?.heard).toEqual({});
  });
});

describe("who looks on", () => {
  const watched = (count: number, call_id = "c"): Message => ({ type: "call.watched", call_id, count });

  test("is known until nobody does, or the next call begins", () => {
    expect(fold([watched(2)], play()).watched).toBe(2);
    expect(fold([watched(2), watched(0)], play()).watched).toBe(0);
    expect(fold([watched(2), ...numbered([started], "d")], play()).watched).toBe(0);
  });
  test("is told anew by the server after a lost link", () => {
    expect(fold([watched(2), { type: "local.lost", seconds: 1 }, open], play()).watched).toBe(0);
  });
  test("of another call is nothing to this one", () => {
    expect(fold([watched(2, "other")], play()).watched).toBe(0);
  });
});

describe("what the wrap-up needs", () => {
  const follow: Draft = { type: "stage.ticked", at: 900, name: "follow_up", evidence: [{ type: "words", channel: "agent", start: 100, end: 800, text: "I will call you on Tuesday" }] };
  const vent = (at: number, id: string): Draft => ({ type: "cue.detected", at, cue: "venting", id, channel: "customer", rule: "r", playbook: "p", start: 0, end: at, confidence: 0.9, evidence: [] });
  const calmed = (at: number, id: string): Draft => ({ type: "cue.cleared", at, cue: "venting", id, reason: "cleared", by: null, evidence: [] });

  test("is what was promised, in the words that were heard", () => {
    expect(play(follow).call?.promises).toEqual(["I will call you on Tuesday"]);
  });
  test("a summary is no promise", () => {
    expect(play({ ...follow, name: "mirror" } as Draft).call?.promises).toEqual([]);
  });
  test("is how long the customer vented, up to the end of the call", () => {
    expect(play(vent(1000, "v"), vent(1500, "v"), calmed(4000, "v"), vent(9000, "w"), ended(20_000)).call?.vented).toBe(14_000);
  });
});

test("signing in is over when the link is open", () => {
  const form: Message = { type: "local.sign_in", answer: "wrong" };
  expect(fold([{ type: "local.refused" }, form]).signIn).toBe("wrong");
  expect(fold([{ type: "local.refused" }, form, open]).signIn).toBe("none");
});
