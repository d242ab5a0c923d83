import { describe, expect, test } from "vitest";
import { beyondSilence, draw, spot } from "../src/review-sound";

const stretch = (start: number, end: number) => ({ start, end, sound: "", peaks: "" });
const both = [stretch(0, 4000), stretch(5000, 9000)];

describe("the place of a moment", () => {
  test("is in the stretch that holds it", () => {
    expect(spot(both, 1500)).toEqual({ index: 0, offset: 1.5 });
    expect(spot(both, 6000)).toEqual({ index: 1, offset: 1 });
  });
  test("between two stretches is the begin of the next", () => {
    expect(spot(both, 4000)).toEqual({ index: 1, offset: 0 });
  });
  test("after the last one there is none", () => {
    expect(spot(both, 9000)).toBeNull();
    expect(spot([], 0)).toBeNull();
  });
});

describe("a wave", () => {
  test("has both sides at their time, beside the loudest moment", () => {
    const wave = draw([stretch(100, 200)], [new Uint8Array([100, 0, 50, 200])], 50, 300);
    expect([...wave.agent].map((one) => one.toFixed(2))).toEqual(["0.00", "0.00", "0.50", "0.25", "0.00", "0.00"]);
    expect([...wave.customer].map((one) => one.toFixed(2))).toEqual(["0.00", "0.00", "0.00", "1.00", "0.00", "0.00"]);
  });
  test("of noise stays small", () => {
    expect(Math.max(...draw([stretch(0, 50)], [new Uint8Array([3, 3])], 50, 50).agent)).toBeLessThan(0.1);
  });
  test("ends with the call, whatever there is", () => {
    expect(draw([stretch(0, 500)], [new Uint8Array(20)], 50, 100).agent).toHaveLength(2);
    expect(draw([stretch(0, 500)], [], 50, 100).agent).toHaveLength(2);
  });
});

describe("silence", () => {
  const speech = [{ channel: "agent", start: 1000, end: 2000 }, { channel: "customer", start: 8000, end: 9000 }] as const;
  test("is passed over up to shortly before the next word", () => {
    expect(beyondSilence(speech, 3000)).toBe(7600);
  });
  test("is no silence while somebody speaks, or just has", () => {
    expect([900, 1500, 2300, 7700].map((at) => beyondSilence(speech, at))).toEqual([null, null, null, null]);
  });
  test("at the end is left alone", () => {
    expect(beyondSilence(speech, 9900)).toBeNull();
  });
});
