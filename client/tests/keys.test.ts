import { expect, test } from "vitest";
import { keys, type Desk } from "../src/keys";
import { initial, reduce, type Message, type State } from "../src/state";
import { ended, numbered, shown, started, type Draft } from "./calls";

const play = (...drafts: Draft[]): State => [{ type: "local.open" } as Message, ...numbered([started, ...drafts])].reduce(reduce, initial("en"));

/** What a key does at this state. */
function pressed(key: string, state: State, more: Partial<Desk & Pick<KeyboardEvent, "ctrlKey">> = {}): unknown[] {
  const did: unknown[] = [];
  const note = (name: string) => (value?: unknown) => void did.push(value === undefined ? name : [name, value]);
  const desk: Desk = { state, single: true, earlier: note("earlier"), dismiss: note("dismiss"), judge: note("judge"), toggle: note("toggle"), close: note("close"), ...more };
  keys({ key, ctrlKey: more.ctrlKey ?? false, altKey: false, metaKey: false, repeat: false }, desk);
  return did;
}

const nudged = play(shown("n1", 1000));
const passed = play(shown("n1", 1000), { type: "nudge.expired", at: 9000, id: "n1" });

test("Escape closes what is uppermost: the list, the nudge, the call that is over", () => {
  expect(pressed("Escape", { ...nudged, earlier: true })).toEqual([["earlier", false]]);
  expect(pressed("Escape", nudged)).toEqual([["dismiss", "n1"]]);
  expect(pressed("Escape", play(ended(1000)))).toEqual(["close"]);
});
test("a verdict is about the nudge shown, else the last", () => {
  expect(pressed("H", nudged)).toEqual([["judge", { id: "n1", verdict: "helpful" }]]);
  expect(pressed("w", passed)).toEqual([["judge", { id: "n1", verdict: "wrong" }]]);
  expect(pressed("n", play())).toEqual([]);
});
test("P pauses and E opens what was earlier", () => {
  expect([...pressed("p", nudged), ...pressed("e", nudged)]).toEqual(["toggle", ["earlier", true]]);
});
test("single keys can be off, Escape never is", () => {
  expect([...pressed("p", nudged, { single: false }), ...pressed("Escape", nudged, { single: false })]).toEqual([["dismiss", "n1"]]);
});
test("a shortcut of the browser is not ours, and whoever signs in types", () => {
  expect(pressed("p", nudged, { ctrlKey: true })).toEqual([]);
  expect(pressed("p", reduce(nudged, { type: "local.refused" }))).toEqual([]);
});
