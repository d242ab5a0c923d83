import { describe, expect, test } from "vitest";
import { later, laterStrings, type LaterKey } from "../src/later-strings";
import { signInStrings } from "../src/sign-in-strings";
import { moods } from "./moods";

const keys = Object.keys(laterStrings.en) as LaterKey[];

test("both languages have the same keys", () => {
  expect(Object.keys(laterStrings.de).sort()).toEqual([...keys].sort());
  expect(Object.keys(signInStrings.de)).toEqual(Object.keys(signInStrings.en));
});

describe.each(keys)("%s", (key) => {
  const names = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort();

  test("has the same places to fill in", () => {
    expect(names(laterStrings.de[key])).toEqual(names(laterStrings.en[key]));
  });
  test("fits its place", () => {
    expect(Math.max(laterStrings.en[key].length, laterStrings.de[key].length)).toBeLessThanOrEqual(32);
  });
});

test("no word about anybody's mood, and no score", () => {
  const texts = [laterStrings, signInStrings].flatMap((table) => [...Object.values(table.en), ...Object.values(table.de)]);
  expect(texts.filter((text) => moods.test(text) || /score|points|rank|Punkte|Rang/i.test(text))).toEqual([]);
});
test("texts are filled in", () => {
  expect(later("de", "note.by", { who: "sue" })).toBe("Notiz von sue");
});
