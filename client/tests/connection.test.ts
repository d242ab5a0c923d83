import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { address, Connection, delay, type Command } from "../src/connection";
import type { ServerEvent } from "../src/events";
import { Scope } from "../src/scope";
import type { Message } from "../src/state";

/** Stands for the browser's socket: the test plays the network. */
class FakeSocket extends EventTarget {
  static opened: FakeSocket[] = [];
  readonly OPEN = 1;
  readyState = 0;
  sent: string[] = [];
  constructor(
    readonly url: string,
    readonly protocols: string[],
  ) {
    super();
    FakeSocket.opened.push(this);
  }
  send(text: string): void {
    this.sent.push(text);
  }
  close(code = 1000): void {
    this.readyState = 3;
    this.dispatchEvent(Object.assign(new Event("close"), { code }));
  }
  accept(): void {
    this.readyState = 1;
    this.dispatchEvent(new Event("open"));
  }
  drop(code: number): void {
    this.readyState = 3;
    this.dispatchEvent(Object.assign(new Event("close"), { code }));
  }
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("WebSocket", FakeSocket);
  FakeSocket.opened = [];
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function connected(position: { call: string; since: number } | null = null, token = "t", ticket = (): Promise<string | null> => Promise.resolve(null)) {
  const scope = new Scope();
  const told: Message[] = [];
  const connection = new Connection<ServerEvent, Command>(scope, { url: "ws://h/feed/agent", token, ticket, position: () => position, report: (one) => told.push(one), chance: () => 0 });
  return { scope, told, connection, last: () => FakeSocket.opened.at(-1) as FakeSocket };
}

test("the delay doubles up to eight seconds, and a quarter of it is chance", () => {
  expect([0, 1, 2, 3, 4, 9].map((attempt) => delay(attempt, 0))).toEqual([500, 1000, 2000, 4000, 8000, 8000]);
  expect(delay(1, 1)).toBe(1250);
});

test("the address asks only for what was not read", () => {
  expect(address("ws://h/f", null)).toBe("ws://h/f");
  expect(address("ws://h/f", { call: "a b", since: 7 })).toBe("ws://h/f?call=a+b&since=7");
});

test("the token travels as a protocol, never in the address", () => {
  const { last } = connected();
  expect([last().url, last().protocols]).toEqual(["ws://h/feed/agent", ["assist", "t"]]);
});

test("a lost link is tried again, later and later, from where it was", () => {
  const { told, last } = connected({ call: "c", since: 3 });
  last().accept();
  last().drop(1006);
  vi.advanceTimersByTime(500);
  last().drop(1006);
  vi.advanceTimersByTime(999);
  expect(FakeSocket.opened).toHaveLength(2);
  vi.advanceTimersByTime(1);
  last().accept();

  expect(FakeSocket.opened).toHaveLength(3);
  expect(last().url).toContain("since=3");
  expect(told.map((one) => one.type)).toEqual(["local.open", "local.lost", "local.lost", "local.open"]);
});

test("after 3 s the card is emptied, after 30 s it says offline", () => {
  const { told, last } = connected();
  last().accept();
  last().drop(1006);
  for (let second = 0; second < 30; second += 1) {
    vi.advanceTimersByTime(1000);
    if (last().readyState === 0) last().drop(1006);
  }

  const kinds = told.map((one) => one.type);
  expect(kinds.filter((kind) => kind === "local.cleared")).toHaveLength(1);
  expect(kinds.filter((kind) => kind === "local.offline")).toHaveLength(1);
});

test("a refused token is not tried again", () => {
  const { told, last } = connected();
  last().drop(4401);
  vi.advanceTimersByTime(60_000);

  expect(told).toEqual([{ type: "local.refused" }]);
  expect(FakeSocket.opened).toHaveLength(1);
});

test("a link that is lost and then refused never becomes offline", () => {
  const { told, last } = connected();
  last().accept();
  last().drop(1006);
  vi.advanceTimersByTime(500);
  last().drop(4401);
  vi.advanceTimersByTime(60_000);

  expect(told.map((one) => one.type)).toEqual(["local.open", "local.lost", "local.refused"]);
});

test("trying again ends the attempt under way: nothing is told twice", () => {
  const { told, connection, last } = connected();
  const first = last();
  connection.retry();
  first.drop(4401);
  last().drop(4401);

  expect(first.readyState).toBe(3);
  expect(told).toEqual([{ type: "local.refused" }]);
});

describe("without a token", () => {
  const settle = () => vi.advanceTimersByTimeAsync(0);

  test("the page shows a ticket first, and what it has read", async () => {
    const { told, last } = connected({ call: "c", since: 3 }, "", () => Promise.resolve("once"));
    last().accept();
    await settle();

    expect(last().protocols).toEqual(["assist"]);
    expect(last().sent).toEqual(['{"type":"hello","ticket":"once","call":"c","since":3}']);
    expect(told).toEqual([{ type: "local.open" }]);
  });
  test("who is not logged in is signed out, and the page waits", async () => {
    const { told, last } = connected(null, "");
    last().accept();
    await settle();
    await vi.advanceTimersByTimeAsync(60_000);

    expect(told).toEqual([{ type: "local.refused" }]);
    expect([last().sent, FakeSocket.opened.length]).toEqual([[], 1]);
  });
  test("a link that was lost meanwhile is shown no ticket", async () => {
    const { last } = connected(null, "", () => Promise.resolve("once"));
    const first = last();
    first.accept();
    first.drop(1006);
    await settle();

    expect(first.sent).toEqual([]);
  });
});

test("a command is sent over an open link only", () => {
  const { connection, last } = connected();
  expect(connection.send({ type: "nudge.dismissed", id: "n" })).toBe(false);
  last().accept();
  expect(connection.send({ type: "nudge.dismissed", id: "n" })).toBe(true);
  expect(last().sent).toEqual(['{"type":"nudge.dismissed","id":"n"}']);
});

test("closing the scope ends the link for good", () => {
  const { scope, last } = connected();
  last().accept();
  last().drop(1006);
  scope.close();
  vi.advanceTimersByTime(60_000);

  expect(FakeSocket.opened).toHaveLength(1);
  expect(vi.getTimerCount()).toBe(0);
});
