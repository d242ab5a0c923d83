import { describe, expect, test } from "vitest";
import { Ring } from "../src/capture-ring";

const sound = (value: number): Uint8Array => new Uint8Array(4).fill(value);
/** A ring with room for so many frames of each channel. */
const ring = (frames: number): Ring => new Ring(frames / 10);
const wire = (one: Ring, seq: number): unknown => {
  const piece = one.piece(seq);
  return typeof piece?.wire === "string" ? (JSON.parse(piece.wire) as unknown) : piece?.wire;
};

test("a frame has its header, little-endian, and its sound", () => {
  const one = ring(10);
  one.frame("customer", 100, sound(7));

  expect(wire(one, 1)).toEqual(new Uint8Array([1, 0, 0, 0, 1, 0, 100, 0, 7, 7, 7, 7]));
});

test("there is nothing to send beyond the last item", () => {
  expect(ring(10).piece(1)).toBeNull();
});

test("what is acknowledged is gone, and the rest keeps its place", () => {
  const one = ring(10);
  for (let value = 0; value < 4; value += 1) one.frame("agent", 100, sound(value));
  one.acknowledge(2);
  one.acknowledge(1);

  expect([one.oldest, one.next]).toEqual([3, 5]);
  expect((wire(one, 3) as Uint8Array).at(-1)).toBe(2);
});

describe("a full ring", () => {
  const full = ring(2);
  for (let value = 0; value < 3; value += 1) for (const channel of ["agent", "customer"] as const) full.frame(channel, 100, sound(value));
  full.control({ type: "pause", seq: 7, reason: "privacy" });

  test("gives up the oldest sound, and says in one gap how long it was", () => {
    expect(full.piece(1)).toMatchObject({ last: 2 });
    expect(wire(full, 1)).toEqual({ type: "gap", seq: 1, agent: 100, customer: 100, reason: "ring_full", through: 2 });
    expect(full.droppedMs).toBe(200);
  });
  test("begins the gap where the server still wants it", () => {
    expect(wire(full, 2)).toEqual({ type: "gap", seq: 2, agent: 0, customer: 100, reason: "ring_full", through: 2 });
  });
  test("keeps the newer sound and everything that is no sound", () => {
    expect((wire(full, 3) as Uint8Array).at(-1)).toBe(1);
    expect(wire(full, 7)).toEqual({ type: "pause", seq: 7, reason: "privacy" });
  });
});

test("room that was made by an acknowledgement is used again", () => {
  const one = ring(1);
  for (let round = 0; round < 5; round += 1) {
    one.frame("agent", 100, sound(round));
    one.frame("customer", 100, sound(round));
    one.acknowledge(one.next - 1);
  }
  expect([one.droppedMs, one.oldest, one.next]).toEqual([0, 11, 11]);
});
