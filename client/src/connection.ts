import type { LinkEvent, Verdict } from "./state";
import { Scope } from "./scope";

/** How far this page has read: the call, and the last event of it. */
export interface Position {
  readonly call: string;
  readonly since: number;
}

export type Command =
  | { readonly type: "nudge.dismissed"; readonly id: string }
  | { readonly type: "nudge.feedback"; readonly id: string; readonly verdict: Verdict }
  | { readonly type: "call.pause"; readonly reason: "privacy" }
  | { readonly type: "call.resume" };

/** What a page gives its connection; `In` is what the server tells it. */
export interface Wiring<In> {
  readonly url: string;
  /** Of local mode; empty = the page shows a ticket instead. */
  readonly token: string;
  /** Asks for a ticket to open one socket with; null = nobody is logged in. */
  readonly ticket: () => Promise<string | null>;
  readonly position: () => Position | null;
  readonly report: (message: In | LinkEvent) => void;
  /** A number from 0 to 1, so that many pages do not come back at once. */
  readonly chance?: () => number;
}

const DELAYS_MS = [500, 1000, 2000, 4000, 8000];
const CLEAR_MS = 3000;
const OFFLINE_MS = 30_000;
const SIGNED_OUT = 4401;
const REFUSED = [SIGNED_OUT, 4403];

/** Milliseconds to wait before the attempt of this number, counted from 0. */
export function delay(attempt: number, chance: number): number {
  const base = DELAYS_MS[Math.min(attempt, DELAYS_MS.length - 1)] ?? 0;
  return Math.round(base * (1 + 0.25 * chance));
}

/** The feed's address, asking only for what this page has not read. */
export function address(url: string, position: Position | null): string {
  if (position === null) return url;
  return `${url}?${new URLSearchParams({ call: position.call, since: String(position.since) })}`;
}

/** Ask the server for a ticket, with the cookie of who is logged in. */
export async function askTicket(): Promise<string | null> {
  const answer = await fetch(new URL("api/ticket", document.baseURI), { method: "POST" });
  return answer.ok ? ((await answer.json()) as { ticket: string }).ticket : null;
}

/** The link to the server: reads events, sends commands, comes back when it is lost. */
export class Connection<In, Out> {
  #socket: WebSocket | null = null;
  #attempt = 0;
  #trouble: Scope | null = null;
  /** The attempt under way, or the wait for the next. */
  #step: Scope;

  constructor(
    private readonly scope: Scope,
    private readonly wiring: Wiring<In>,
  ) {
    this.#step = scope.child();
    this.#open();
  }

  /** Send a command; false when there is no link. */
  send(command: Out): boolean {
    if (this.#socket === null || this.#socket.readyState !== this.#socket.OPEN) return false;
    this.#socket.send(JSON.stringify(command));
    return true;
  }

  /** Try again now; an attempt under way ends. */
  retry(): void {
    this.#step.close();
    this.#attempt = 0;
    this.#open();
  }

  #open(): void {
    const link = (this.#step = this.scope.child());
    const { url, token, position } = this.wiring;
    const socket = link.socket(address(url, position()), token === "" ? ["assist"] : ["assist", token]);
    this.#socket = socket;
    link.listen(socket, "open", () => (token === "" ? this.#greet(socket, link) : this.#opened()));
    link.listen<MessageEvent<string>>(socket, "message", (event) => this.wiring.report(JSON.parse(event.data) as In));
    link.listen<CloseEvent>(socket, "close", (event) => {
      link.close();
      this.#lost(event.code);
    });
  }

  /** Show a ticket: the server awaits it, and what has been read, as the first message. */
  async #greet(socket: WebSocket, link: Scope): Promise<void> {
    const ticket = await this.wiring.ticket().catch(() => "");
    if (link.closed) return;
    if (ticket === null) return socket.close(SIGNED_OUT);
    const read = this.wiring.position();
    socket.send(JSON.stringify({ type: "hello", ticket, call: read?.call ?? "", since: read?.since ?? 0 }));
    this.#opened();
  }

  #opened(): void {
    this.#attempt = 0;
    this.#calm();
    this.#tell({ type: "local.open" });
  }

  #lost(code: number): void {
    if (this.scope.closed) return;
    if (REFUSED.includes(code)) {
      this.#calm();
      return this.#tell({ type: "local.refused" });
    }
    this.#worry();
    const wait = delay(this.#attempt, (this.wiring.chance ?? Math.random)());
    this.#attempt += 1;
    this.#tell({ type: "local.lost", seconds: Math.ceil(wait / 1000) });
    this.#step = this.scope.child();
    this.#step.after(wait, () => this.#open());
  }

  /** Once for each loss: empty the card after 3 s, say "offline" after 30 s. */
  #worry(): void {
    if (this.#trouble !== null) return;
    this.#trouble = this.scope.child();
    const since = new Date().toTimeString().slice(0, 5);
    this.#trouble.after(CLEAR_MS, () => this.#tell({ type: "local.cleared" }));
    this.#trouble.after(OFFLINE_MS, () => this.#tell({ type: "local.offline", since }));
  }

  #calm(): void {
    this.#trouble?.close();
    this.#trouble = null;
  }

  #tell(event: LinkEvent): void {
    this.wiring.report(event);
  }
}
