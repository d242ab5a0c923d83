import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Link } from "../src/capture-link";
import { SEND_BUFFER } from "../src/capture-protocol";
import { Sender } from "../src/capture-sender";
import { Scope } from "../src/scope";

/** A WebSocket that the test drives; it says what it was given. */
class FakeSocket extends EventTarget {
  static opened: FakeSocket[] = [];
  readyState = 0;
  bufferedAmount = 0;
  readonly sent: unknown[] = [];
  constructor(readonly url: string) {
    super();
    FakeSocket.opened.push(this);
  }
  send(data: unknown): void {
    this.sent.push(typeof data === "string" ? (JSON.parse(data) as unknown) : "sound");
  }
  close(): void {
    this.readyState = 3;
  }
  accept(): void {
    this.readyState = 1;
    this.dispatchEvent(new Event("open"));
  }
  say(message: object): void {
    this.dispatchEvent(Object.assign(new Event("message"), { data: JSON.stringify(message) }));
  }
  drop(code: number): void {
    this.readyState = 3;
    this.dispatchEvent(Object.assign(new Event("close"), { code }));
  }
}

beforeEach(() => {
  FakeSocket.opened = [];
  vi.useFakeTimers();
  vi.stubGlobal("WebSocket", FakeSocket);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const welcome = (epoch: number, from: number) => ({ type: "welcome", call_id: "web-00000001", epoch, resume_from: from, ack: from - 1, paused: false, resume_key: "key", server: "1" });
const settle = () => vi.advanceTimersByTimeAsync(0);

async function linked(token: () => Promise<string | null> = () => Promise.resolve("token")) {
  const scope = new Scope();
  const sender = new Sender({ call_id: "web-00000001", language: "" });
  const link = new Link(scope, sender, { url: "ws://h/ingest/audio", token, now: () => performance.now(), changed: () => undefined, chance: () => 0 });
  await settle();
  return { scope, sender, link, last: () => FakeSocket.opened.at(-1) as FakeSocket };
}

async function live() {
  const all = await linked();
  all.last().accept();
  all.last().say(welcome(1, 1));
  return all;
}

test("a token opens the first connection, and its key the next", async () => {
  const { last, link } = await live();
  expect(last().sent[0]).toMatchObject({ type: "hello", token: "token" });
  expect(link.up).toBe(true);

  last().drop(1006);
  expect(link.up).toBe(false);
  await vi.advanceTimersByTimeAsync(500);
  last().accept();
  expect(FakeSocket.opened).toHaveLength(2);
  expect(last().sent[0]).toMatchObject({ type: "hello", resume_key: "key" });
});

test("sound waits for a full socket", async () => {
  const { sender, link, last } = await live();
  last().bufferedAmount = SEND_BUFFER + 1;
  sender.audio("agent", new Uint8Array(3200));
  link.wake();
  expect(last().sent).toHaveLength(1);

  last().bufferedAmount = 0;
  link.wake();
  expect(last().sent[1]).toBe("sound");
});

test("a server that falls silent is left for another connection", async () => {
  const { last } = await live();
  const first = last();
  await vi.advanceTimersByTimeAsync(7000);

  expect(first.readyState).toBe(3);
  expect(FakeSocket.opened).toHaveLength(2);
});

test("who is not signed in opens nothing", async () => {
  const { link, sender } = await linked(() => Promise.resolve(null));
  expect(link.signedOut).toBe(true);
  expect(sender.outcome).not.toBeNull();
  expect(FakeSocket.opened).toEqual([]);
});

test("a server that breaks the protocol is left", async () => {
  const { last } = await linked();
  last().accept();
  last().say({ ...welcome(1, 1), call_id: "another" });
  expect(last().readyState).toBe(3);
});

test("an end that nobody confirms is an end after ten seconds", async () => {
  const { sender, link, last } = await live();
  sender.end("hangup");
  link.wake();
  for (let second = 0; second < 12; second += 1) {
    last().say({ type: "ack", seq: 1, received: 1 });
    await vi.advanceTimersByTimeAsync(1000);
  }
  expect(sender.outcome).toEqual({ stay: "", text: "" });
  expect(FakeSocket.opened).toHaveLength(1);
});

test("a closed scope closes the socket and opens no other", async () => {
  const { scope, last } = await live();
  scope.close();
  await vi.advanceTimersByTimeAsync(20_000);
  expect([last().readyState, FakeSocket.opened.length]).toEqual([3, 1]);
});
