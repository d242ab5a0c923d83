import { describe, expect, test } from "vitest";
import { coded, reviewStrings, word, type ReviewKey } from "../src/review-strings";
import { moods } from "./moods";

const keys = Object.keys(reviewStrings.en) as ReviewKey[];
const texts = [...Object.values(reviewStrings.en), ...Object.values(reviewStrings.de)];

test("both languages have the same keys", () => {
  expect(Object.keys(reviewStrings.de).sort()).toEqual([...keys].sort());
});

describe.each(keys)("%s", (key) => {
  const names = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort();
  const both = [reviewStrings.en[key], reviewStrings.de[key]] as const;

  test("has the same places to fill in", () => {
    expect(names(both[1])).toEqual(names(both[0]));
  });
  test("fits its place", () => {
    const limit = /^(column|export|stage|sign|outcome|lane\.[acns]\w{3,7}$|verdict\.)/.test(key) ? 26 : 84;
    expect(Math.max(...both.map((text) => text.length))).toBeLessThanOrEqual(limit);
  });
});

test("no word about anybody's mood", () => {
  expect(texts.filter((text) => moods.test(text))).toEqual([]);
});
test("no score, rank or comparison of people", () => {
  const verdicts = /score|rank|best|worst|top\b|target|stars|better|Punkte|Rang|beste|schlechteste|Vergleich/i;
  expect(texts.filter((text) => verdicts.test(text))).toEqual([]);
});
test("texts are filled in", () => {
  expect(word("de", "status.calls", { n: 3 })).toBe("Gespräche: 3");
});
test("a code that the page does not know stands for itself", () => {
  expect(coded("en", "hidden", "covered")).toBe("another cue said the same");
  expect(coded("de", "hidden", "brand_new")).toBe("brand new");
});
