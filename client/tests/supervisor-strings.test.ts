import { describe, expect, test } from "vitest";
import { supervisorStrings, tell, type SupervisorKey } from "../src/supervisor-strings";
import { moods } from "./moods";

const keys = Object.keys(supervisorStrings.en) as SupervisorKey[];

test("both languages have the same keys", () => {
  expect(Object.keys(supervisorStrings.de).sort()).toEqual([...keys].sort());
});

describe.each(keys)("%s", (key) => {
  const names = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort();
  const both = [supervisorStrings.en[key], supervisorStrings.de[key]] as const;

  test("has the same places to fill in", () => {
    expect(names(both[1])).toEqual(names(both[0]));
  });
  test("fits its place", () => {
    const limit = /^(column|fault|row|trend|link|count)\./.test(key) ? 26 : 80;
    expect(Math.max(...both.map((text) => text.length))).toBeLessThanOrEqual(limit);
  });
});

test("no word about anybody's mood", () => {
  const texts = [...Object.values(supervisorStrings.en), ...Object.values(supervisorStrings.de)];
  expect(texts.filter((text) => moods.test(text))).toEqual([]);
});
test("no score, rank or comparison of people", () => {
  const verdicts = /score|rank|best|worst|top\b|target|stars|better|Punkte|Rang|beste|schlechteste|Ziel|Vergleich/i;
  const texts = [...Object.values(supervisorStrings.en), ...Object.values(supervisorStrings.de)];
  expect(texts.filter((text) => verdicts.test(text))).toEqual([]);
});
test("texts are filled in", () => {
  expect(tell("de", "count.live", { n: 3 })).toBe("3 laufend");
});
