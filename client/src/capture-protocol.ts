/** Our audio protocol, version 1, as a client needs it: docs/protocol.md is its description. */
import type { Channel } from "./state";

export const CHANNELS: readonly Channel[] = ["agent", "customer"];
export const RATE = 16_000;
export const FRAME_MS = 100;
/** A server that is silent for so long is taken for dead. */
export const DEAD_MS = 6000;
/** After so long without a word from the server the call is over for it. */
export const RESUME_MS = 300_000;
/** With more bytes waiting in the socket nothing is sent; it stays in the ring. */
export const SEND_BUFFER = 256 * 1024;
export const RING_S = 60;
/** An hour of frames on two channels, without an acknowledgement. */
export const MOST_ITEMS = 72_000;
export const RETRY_MS: readonly number[] = [500, 1000, 2000, 4000, 8000];
export const JITTER = 0.25;
const LONGEST_MS = 86_400_000;

export type PauseReason = "privacy" | "card" | "agent";
export type GapReason = "device_lost" | "xrun" | "ring_full" | "muted";
export type EndReason = "hangup" | "stopped" | "error";
export type Trouble = "mic_missing" | "mic_denied" | "mic_silent" | "mic_muted" | "customer_missing" | "customer_silent" | "tab_ended" | "same_sound" | "capture_suspended" | "xrun";

export type Control =
  | { readonly type: "gap"; readonly seq: number; readonly agent: number; readonly customer: number; readonly reason: GapReason; readonly through?: number }
  | { readonly type: "pause"; readonly seq: number; readonly reason: PauseReason }
  | { readonly type: "resume"; readonly seq: number; readonly skipped: number }
  | { readonly type: "end"; readonly seq: number; readonly reason: EndReason };

export type ServerMessage =
  | { readonly type: "welcome"; readonly call_id: string; readonly epoch: number; readonly resume_from: number; readonly ack: number; readonly paused: boolean; readonly resume_key: string }
  | { readonly type: "ack"; readonly seq: number; readonly received: number }
  | { readonly type: "pause"; readonly reason: PauseReason }
  | { readonly type: "resume" }
  | { readonly type: "ended"; readonly reason: string }
  | { readonly type: "fault"; readonly code: string; readonly text: string; readonly retry_after?: number | null };

export const ENDED = 1000;
export const OUT_OF_ORDER = 1002;
export const BROKE = 1006;
export const UNKNOWN_TOKEN = 4401;
export const OVER = 4410;

export type Then = "stop" | "again" | "at once" | "later" | "once" | "new token" | "report";
/** What a close means for the client; after any other it connects again. */
export const THEN: Readonly<Record<number, Then>> = {
  1000: "stop",
  1002: "once",
  1007: "once",
  1009: "once",
  1012: "at once",
  1013: "later",
  4400: "report",
  4401: "new token",
  4403: "report",
  4408: "again",
  4409: "stop",
  4410: "stop",
  4415: "report",
};

/** Write a frame: seq, channel, flags and duration, little-endian, then the samples. */
export function pack(seq: number, channel: number, ms: number, payload: Uint8Array): Uint8Array<ArrayBuffer> {
  const wire = new Uint8Array(8 + payload.length);
  const header = new DataView(wire.buffer);
  header.setUint32(0, seq, true);
  header.setUint8(4, channel);
  header.setUint16(6, ms, true);
  wire.set(payload, 8);
  return wire;
}

/** Samples as they go over the wire: signed 16 bit, little-endian, whatever this machine does. */
export function pcm16(samples: Int16Array): Uint8Array {
  const bytes = new Uint8Array(2 * samples.length);
  const view = new DataView(bytes.buffer);
  samples.forEach((sample, index) => view.setInt16(2 * index, sample, true));
  return bytes;
}

/** The length of a pause as the protocol allows it. */
export const skipped = (milliseconds: number): number => Math.max(0, Math.min(Math.round(milliseconds), LONGEST_MS));
