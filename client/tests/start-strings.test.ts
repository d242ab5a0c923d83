import { describe, expect, test } from "vitest";
import { guide, startStrings, type StartKey } from "../src/start-strings";
import { moods } from "./moods";

const keys = Object.keys(startStrings.en) as StartKey[];

test("both languages have the same keys", () => {
  expect(Object.keys(startStrings.de).sort()).toEqual([...keys].sort());
});

describe.each(keys)("%s", (key) => {
  const names = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort();

  test("has the same places to fill in", () => {
    expect(names(startStrings.de[key])).toEqual(names(startStrings.en[key]));
  });
});

test("no word about anybody's mood", () => {
  const texts = [...Object.values(startStrings.en), ...Object.values(startStrings.de)];
  expect(texts.filter((text) => moods.test(text))).toEqual([]);
});

test("texts are filled in", () => {
  expect(guide("en", "call.told", { text: "Not for you." })).toBe("The call has ended: Not for you.");
});
