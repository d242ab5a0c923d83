import { expect, test } from "vitest";
import { pcm16 } from "../src/capture-protocol";
import { level, likeness, Watch } from "../src/capture-watch";

const FRAME = 1600;
const zeros = new Int16Array(FRAME);
/** Noise that is the same for the same seed. */
function noise(seed: number, loudness = 3000): Int16Array {
  let state = seed;
  return Int16Array.from({ length: FRAME }, () => {
    state = (1_103_515_245 * state + 12_345) % 2_147_483_648;
    return Math.round((state / 2_147_483_648 - 0.5) * loudness);
  });
}

function hear(frames: number, agent: (at: number) => Int16Array, customer: (at: number) => Int16Array) {
  const watch = new Watch();
  let found = {};
  for (let at = 0; at < frames; at += 1) found = watch.hear({ agent: agent(at), customer: customer(at) });
  return found;
}

test("two sides that speak for themselves are well", () => {
  expect(hear(150, (at) => noise(at + 1), (at) => noise(at + 1000))).toEqual({ mic_silent: false, customer_silent: false, same_sound: false });
});

test("exact zeros for more than three seconds are no microphone", () => {
  expect(hear(30, () => zeros, (at) => noise(at + 1))).toMatchObject({ mic_silent: false });
  expect(hear(31, () => zeros, (at) => noise(at + 1))).toMatchObject({ mic_silent: true });
});

test("a tab without any sound for ten seconds is the wrong one", () => {
  expect(hear(99, (at) => noise(at + 1), () => zeros)).toMatchObject({ customer_silent: false });
  expect(hear(100, (at) => noise(at + 1), () => zeros)).toMatchObject({ customer_silent: true });
});

test("the same sound on both sides for two seconds is noticed, and its end too", () => {
  const watch = new Watch();
  const told: (boolean | undefined)[] = [];
  for (let at = 0; at < 40; at += 1) told.push(watch.hear({ agent: noise(at + 1), customer: noise(at < 25 ? at + 1 : at + 500) }).same_sound);

  expect([told[19], told[20], told[24], told[39]]).toEqual([false, true, true, false]);
});

test("a quieter copy that comes later is the same sound; another voice is not", () => {
  const one = noise(5);
  const later = Int16Array.from({ length: FRAME }, (_, at) => Math.round((one[at - 80] ?? 0) / 3));

  expect(likeness(one, later)).toBeGreaterThan(0.95);
  expect(likeness(one, noise(6))).toBeLessThan(0.3);
});

test("loudness is the root mean square", () => {
  expect(level(new Int16Array(8).fill(-16_384))).toBe(0.5);
  expect([level(zeros), level(new Int16Array(0))]).toEqual([0, 0]);
});

test("samples are little-endian on the wire", () => {
  expect([...pcm16(Int16Array.of(1, -2))]).toEqual([1, 0, 254, 255]);
});
