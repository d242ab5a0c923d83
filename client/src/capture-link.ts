import { BROKE, JITTER, OUT_OF_ORDER, SEND_BUFFER } from "./capture-protocol";
import type { Sender } from "./capture-sender";
import type { Scope } from "./scope";

const WATCH_MS = 1000;
/** After the end, with all safe, the server has so long to say that the call has ended. */
const FAREWELL_MS = 10_000;

export interface Carried {
  readonly url: string;
  /** A token or a ticket to begin with; null = nobody is signed in. */
  readonly token: () => Promise<string | null>;
  readonly now: () => number;
  /** Something changed: the link, a pause, the end. */
  readonly changed: () => void;
  readonly chance?: () => number;
}

/** Carries one call to the server, over as many connections as it takes. */
export class Link {
  #socket: WebSocket | null = null;
  #connection: Scope | null = null;
  #finished: number | null = null;
  /** Nobody is signed in. */
  signedOut = false;

  constructor(
    private readonly scope: Scope,
    private readonly sender: Sender,
    private readonly carried: Carried,
  ) {
    void this.#open();
    this.#watch();
  }

  /** The server has taken the present connection. */
  get up(): boolean {
    return this.#socket?.readyState === 1 && this.sender.greeted;
  }

  /** Send what there is; a full socket holds it back, and it stays in the ring. */
  wake(): void {
    const socket = this.#socket;
    if (socket === null || socket.readyState !== 1) return;
    while (socket.bufferedAmount <= SEND_BUFFER) {
      const message = this.sender.take();
      if (message === null) return;
      socket.send(message);
    }
  }

  async #open(): Promise<void> {
    const { url, token, now } = this.carried;
    const proof = this.sender.needsToken ? await token().catch(() => "") : "";
    if (this.scope.closed || this.sender.outcome !== null) return;
    if (proof === null) return this.#refuse();
    const connection = this.scope.child();
    const socket = connection.socket(url, []);
    this.#socket = socket;
    this.#connection = connection;
    connection.listen(socket, "open", () => socket.send(this.sender.hello(now(), proof)));
    connection.listen<MessageEvent<string>>(socket, "message", (event) => this.#hear(event.data));
    connection.listen<CloseEvent>(socket, "close", (event) => this.#lost(event.code));
  }

  #refuse(): void {
    this.signedOut = true;
    this.sender.outcome = { stay: "told", text: "" };
    this.carried.changed();
  }

  #hear(text: string): void {
    if (!this.sender.hear(text, this.carried.now())) return this.#drop(OUT_OF_ORDER);
    this.wake();
    this.carried.changed();
  }

  /** Leave a connection whose other end cannot be waited for. */
  #drop(code: number): void {
    this.#socket?.close();
    this.#lost(code);
  }

  #lost(code: number): void {
    this.#connection?.close();
    this.#connection = null;
    this.#socket = null;
    if (this.scope.closed) return;
    const decided = this.sender.lost(code, this.carried.now());
    this.carried.changed();
    if (!("again" in decided)) return;
    const chance = (this.carried.chance ?? Math.random)();
    this.scope.after(decided.again * (1 + JITTER * chance), () => void this.#open());
  }

  /** Look whether the server still lives, and whether there is anything left to wait for. */
  #watch(): void {
    this.scope.after(WATCH_MS, () => {
      this.check();
      if (this.sender.outcome === null) this.#watch();
    });
  }

  /** The same, when sound arrives: timers of a hidden page may be late. */
  check(): void {
    const now = this.carried.now();
    if (this.#socket?.readyState === 1 && this.sender.dead(now)) return this.#drop(BROKE);
    if (!this.sender.finished) return;
    this.#finished ??= now;
    if (now - this.#finished < FAREWELL_MS || this.sender.outcome !== null) return;
    this.sender.outcome = { stay: "", text: "" };
    this.#drop(BROKE);
  }
}
