import { describe, expect, test } from "vitest";
import { Sender } from "../src/capture-sender";

const SOUND = new Uint8Array(3200);
const call = (seconds = 60): Sender => new Sender({ call_id: "web-00000001", language: "de" }, seconds);
const welcome = (more: object = {}): string =>
  JSON.stringify({ type: "welcome", call_id: "web-00000001", epoch: 1, resume_from: 1, ack: 0, paused: false, resume_key: "key", server: "1", ...more });
const said = (message: object): string => JSON.stringify(message);

/** Take everything that is to be sent: texts as they are, frames as their number. */
function drain(sender: Sender): unknown[] {
  const found: unknown[] = [];
  for (let one = sender.take(); one !== null; one = sender.take()) found.push(typeof one === "string" ? (JSON.parse(one) as unknown) : new DataView(one.buffer).getUint32(0, true));
  return found;
}

function greeted(seconds = 60): Sender {
  const sender = call(seconds);
  sender.hello(0, "token");
  sender.hear(welcome(), 0);
  return sender;
}

const step = (sender: Sender): void => {
  sender.audio("agent", SOUND);
  sender.audio("customer", SOUND);
};

test("hello says who, which call, and what the ring holds", () => {
  expect(JSON.parse(call().hello(0, "token"))).toEqual({
    type: "hello",
    token: "token",
    call_id: "web-00000001",
    language: "de",
    channels: ["agent", "customer"],
    codec: "pcm16",
    rate: 16_000,
    oldest: 1,
    next: 1,
    attempt: 1,
    source: "browser",
  });
});

test("nothing is sent before the server has welcomed us", () => {
  const sender = call();
  step(sender);
  sender.hello(0, "token");
  expect(drain(sender)).toEqual([]);

  sender.hear(welcome(), 0);
  expect(drain(sender)).toEqual([1, 2]);
});

describe("after a lost connection", () => {
  const sender = greeted();
  step(sender);
  step(sender);
  drain(sender);
  sender.hear(said({ type: "ack", seq: 1, received: 3 }), 100);
  const decided = sender.lost(1006, 200);
  step(sender);
  const hello = JSON.parse(sender.hello(700, "")) as unknown;
  sender.hear(welcome({ epoch: 2, resume_from: 4, ack: 1 }), 800);

  test("it comes back", () => expect(decided).toEqual({ again: 500 }));
  test("the key stands for the token", () => expect(hello).toMatchObject({ resume_key: "key", oldest: 2, next: 7, attempt: 2 }));
  test("it goes on where the server is", () => expect(drain(sender)).toEqual([4, 5, 6]));
});

describe("a pause", () => {
  test("of ours lasts until we resume, and says how long it was", () => {
    const sender = greeted();
    sender.pause("privacy", 1000);
    step(sender);
    sender.resume(42_000);
    step(sender);

    expect(drain(sender)).toEqual([{ type: "pause", seq: 1, reason: "privacy" }, { type: "resume", seq: 2, skipped: 41_000 }, 3, 4]);
  });
  test("that both sides want ends when neither does", () => {
    const sender = greeted();
    sender.pause("privacy", 0);
    sender.hear(said({ type: "pause", reason: "card" }), 10);
    sender.resume(20);
    expect(sender.paused).toBe(true);

    sender.hear(said({ type: "resume" }), 30);
    expect(sender.paused).toBe(false);
  });
  test("of the server is known from its welcome", () => {
    const sender = call();
    sender.hello(0, "token");
    sender.hear(welcome({ paused: true }), 0);
    expect(drain(sender)).toEqual([{ type: "pause", seq: 1, reason: "agent" }]);
  });
  test("works while the line is down", () => {
    const sender = greeted();
    sender.lost(1006, 0);
    sender.pause("privacy", 10);
    step(sender);
    sender.hello(20, "");
    sender.hear(welcome({ epoch: 2 }), 20);
    expect(drain(sender)).toEqual([{ type: "pause", seq: 1, reason: "privacy" }]);
  });
});

test("trouble is told once, and again on every connection while it lasts", () => {
  const sender = greeted();
  sender.status("mic_muted", true);
  sender.status("mic_muted", true);
  sender.status("tab_ended", true);
  sender.status("tab_ended", false);
  expect(drain(sender)).toEqual([
    { type: "status", code: "mic_muted", active: true },
    { type: "status", code: "tab_ended", active: false },
  ]);

  sender.lost(1006, 0);
  sender.hello(0, "");
  sender.hear(welcome({ epoch: 2 }), 0);
  expect(drain(sender)).toEqual([{ type: "status", code: "mic_muted", active: true }]);
});

test("sound that was never recorded is a gap", () => {
  const sender = greeted();
  sender.gap("device_lost", 300, 0);
  expect(drain(sender)).toEqual([{ type: "gap", seq: 1, agent: 300, customer: 0, reason: "device_lost" }]);
});

describe("the end", () => {
  test("is the last item", () => {
    const sender = greeted();
    sender.end("hangup");
    step(sender);
    sender.end("hangup");
    expect(drain(sender)).toEqual([{ type: "end", seq: 1, reason: "hangup" }]);
    expect(sender.finished).toBe(false);

    sender.hear(said({ type: "ack", seq: 1, received: 1 }), 10);
    expect(sender.finished).toBe(true);
  });
  test("is well when the server says so", () => {
    const sender = greeted();
    sender.hear(said({ type: "ended", reason: "hangup" }), 10);
    expect(sender.lost(1000, 20)).toEqual({ stay: "", text: "" });
  });
  test("is well when the server had it already", () => {
    const sender = greeted();
    sender.end("hangup");
    expect(sender.lost(4410, 20)).toEqual({ stay: "", text: "" });
  });
  test("without our doing is reported with the server's words", () => {
    const sender = greeted();
    sender.hear(said({ type: "fault", code: "x", text: "Not for you." }), 10);
    expect(sender.lost(4403, 20)).toEqual({ stay: "told", text: "Not for you." });
  });
});

describe("a server that breaks the protocol is left", () => {
  test.each([
    ["another call", welcome({ call_id: "web-00000002" })],
    ["items that there are not", welcome({ resume_from: 9 })],
    ["items that are safe already", welcome({ resume_from: 1, ack: 4 })],
    ["an unknown message", said({ type: "song" })],
  ])("%s", (_, text) => {
    const sender = call();
    sender.hello(0, "token");
    expect(sender.hear(text, 0)).toBe(false);
  });
  test("an acknowledgement of what was not sent", () => {
    expect(greeted().hear(said({ type: "ack", seq: 0, received: 5 }), 0)).toBe(false);
  });
});

test("a server that is silent for six seconds is dead", () => {
  const sender = greeted();
  expect([sender.dead(5999), sender.dead(6000)]).toEqual([false, true]);
});

test("a forgotten key is replaced by a token", () => {
  const sender = greeted();
  expect(sender.needsToken).toBe(false);
  sender.lost(4401, 0);
  expect(sender.needsToken).toBe(true);
});
