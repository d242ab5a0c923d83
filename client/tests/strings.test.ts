import { describe, expect, test } from "vitest";
import { clock, languageOf, say, strings, type Key } from "../src/strings";
import "../src/strings-de";
import { moods } from "./moods";

const keys = Object.keys(strings.en) as Key[];

test("both languages have the same keys", () => {
  expect(Object.keys(strings.de).sort()).toEqual([...keys].sort());
});

describe.each(keys)("%s", (key) => {
  const names = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort();

  test("has the same places to fill in", () => {
    expect(names(strings.de[key])).toEqual(names(strings.en[key]));
  });
  test("fits its place", () => {
    const limit = key.startsWith("state.") ? 24 : 48;
    expect(Math.max(strings.en[key].length, strings.de[key].length)).toBeLessThanOrEqual(limit);
  });
});

test("no word about anybody's mood", () => {
  const texts = [...Object.values(strings.en), ...Object.values(strings.de)];
  expect(texts.filter((text) => moods.test(text))).toEqual([]);
});

test("texts are filled in", () => {
  expect(say("de", "button.earlier", { n: 3 })).toBe("3 frühere");
});
test("a tag that is not German is English", () => {
  expect(["de-AT", "DE", "fr", ""].map(languageOf)).toEqual(["de", "de", "en", "en"]);
});
test("a time is minutes and seconds", () => {
  expect([clock(0), clock(80_999), clock(-5)]).toEqual(["0:00", "1:20", "0:00"]);
});
