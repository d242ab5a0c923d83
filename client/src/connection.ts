import type { LocalEvent, Message, Verdict } from "./state";
import type { ServerEvent } from "./events";
import { Scope } from "./scope";

/** How far this page has read: the call, and the last event of it. */
export interface Position {
  readonly call: string;
  readonly since: number;
}

export type Command =
  | { readonly type: "nudge.dismissed"; readonly id: string }
  | { readonly type: "nudge.feedback"; readonly id: string; readonly verdict: Verdict };

export interface Wiring {
  readonly url: string;
  readonly token: string;
  readonly position: () => Position | null;
  readonly report: (message: Message) => void;
  /** A number from 0 to 1, so that many pages do not come back at once. */
  readonly chance?: () => number;
}

const DELAYS_MS = [500, 1000, 2000, 4000, 8000];
const CLEAR_MS = 3000;
const OFFLINE_MS = 30_000;
const REFUSED = [4401, 4403];

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

/** The link to the server: reads events, sends commands, comes back when it is lost. */
export class Connection {
  #socket: WebSocket | null = null;
  #attempt = 0;
  #trouble: Scope | null = null;
  #retry: Scope;

  constructor(
    private readonly scope: Scope,
    private readonly wiring: Wiring,
  ) {
    this.#retry = scope.child();
    this.#open();
  }

  /** Send a command; false when there is no link. */
  send(command: Command): boolean {
    if (this.#socket === null || this.#socket.readyState !== this.#socket.OPEN) return false;
    this.#socket.send(JSON.stringify(command));
    return true;
  }

  /** Try again now. */
  retry(): void {
    this.#retry.close();
    this.#attempt = 0;
    this.#open();
  }

  #open(): void {
    const link = this.scope.child();
    const { url, token, position } = this.wiring;
    const socket = link.socket(address(url, position()), token === "" ? ["assist"] : ["assist", token]);
    this.#socket = socket;
    link.listen(socket, "open", () => this.#opened());
    link.listen<MessageEvent<string>>(socket, "message", (event) => this.wiring.report(JSON.parse(event.data) as ServerEvent));
    link.listen<CloseEvent>(socket, "close", (event) => {
      link.close();
      this.#lost(event.code);
    });
  }

  #opened(): void {
    this.#attempt = 0;
    this.#trouble?.close();
    this.#trouble = null;
    this.#tell({ type: "local.open" });
  }

  #lost(code: number): void {
    if (this.scope.closed) return;
    if (REFUSED.includes(code)) return this.#tell({ type: "local.refused" });
    this.#worry();
    const wait = delay(this.#attempt, (this.wiring.chance ?? Math.random)());
    this.#attempt += 1;
    this.#tell({ type: "local.lost", seconds: Math.ceil(wait / 1000) });
    this.#retry = this.scope.child();
    this.#retry.after(wait, () => this.#open());
  }

  /** Once for each loss: empty the card after 3 s, say "offline" after 30 s. */
  #worry(): void {
    if (this.#trouble !== null) return;
    this.#trouble = this.scope.child();
    const since = new Date().toTimeString().slice(0, 5);
    this.#trouble.after(CLEAR_MS, () => this.#tell({ type: "local.cleared" }));
    this.#trouble.after(OFFLINE_MS, () => this.#tell({ type: "local.offline", since }));
  }

  #tell(event: LocalEvent): void {
    this.wiring.report(event);
  }
}
