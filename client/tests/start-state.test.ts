import { describe, expect, test } from "vitest";
import { CHOSEN } from "../src/chosen";
import { languageShown, opening, prepare, tenths, type StartEvent, type StartState } from "../src/start-state";

const begin = opening("en-GB", CHOSEN, true);
const fold = (...events: StartEvent[]): StartState => events.reduce(prepare, begin);
type Told = Extract<StartEvent, { type: "start.call" }>;
const call = (more: Partial<Told> = {}): StartEvent => ({ type: "start.call", link: "up", paused: false, over: null, text: "", signedOut: false, ...more });

describe("the call", () => {
  test.each<[string, StartEvent[]]>([
    ["none", []],
    ["connecting", [call({ link: "new" })]],
    ["live", [call({ link: "new" }), call()]],
    ["lost", [call(), call({ link: "lost" })]],
    ["ending", [call(), { type: "start.ending" }, call({ link: "lost" })]],
    ["none", [call(), call({ over: "" })]],
  ])("is %s", (name, events) => {
    expect(fold(...events).call).toBe(name);
  });
  test("that ended well leaves no trouble", () => {
    expect(fold(call({ paused: true }), call({ over: "" }))).toMatchObject({ ended: true, trouble: null, paused: false });
  });
  test("that ended otherwise says why, until the next begins", () => {
    const refused = call({ over: "told", text: "Not for you." });
    expect(fold(refused).trouble).toEqual({ kind: "told", text: "Not for you." });
    expect(fold(call({ over: "unreachable" })).trouble?.kind).toBe("unreachable");
    expect(fold(call({ over: "told", signedOut: true })).trouble?.kind).toBe("signed_out");
    expect(fold(refused, call({ link: "new" }))).toMatchObject({ trouble: null, ended: false });
  });
});

describe("the levels", () => {
  test("are as an ear takes them", () => {
    expect([0, 0.0001, 0.001, 0.03, 1].map(tenths)).toEqual([0, 0, 0, 5, 10]);
  });
  test("that stay change nothing: frames come ten times a second", () => {
    const once = fold({ type: "start.level", agent: 0.03, customer: 0 });
    expect(prepare(once, { type: "start.level", agent: 0.031, customer: 0 })).toBe(once);
  });
  test("remember that the microphone was heard", () => {
    expect(fold({ type: "start.level", agent: 0.03, customer: 0 }, { type: "start.level", agent: 0, customer: 0 }).heard).toBe(true);
    expect(fold({ type: "start.level", agent: 0, customer: 0.5 }).heard).toBe(false);
  });
});

test("each side has a state of its own", () => {
  expect(fold({ type: "start.source", side: "customer", source: "no_audio" }).sources).toEqual({ agent: "off", customer: "no_audio" });
});

test("the pages speak the chosen language, else the browser's", () => {
  expect(languageShown(opening("de-AT", CHOSEN, true))).toBe("de");
  expect(languageShown(fold({ type: "start.chosen", chosen: { ui: "de" } }))).toBe("de");
});

test("who has signed in is no longer told to", () => {
  const refused = fold(call({ over: "told", signedOut: true }), { type: "start.sign_in", signIn: "idle" });
  expect(prepare(refused, { type: "start.sign_in", signIn: "none" })).toMatchObject({ signIn: "none", trouble: null });
  expect(prepare(refused, { type: "start.sign_in", signIn: "wrong" }).trouble?.kind).toBe("signed_out");
});
