import { CHANNELS, DEAD_MS, FRAME_MS, OVER, RATE, RING_S, skipped, UNKNOWN_TOKEN, type Control, type EndReason, type GapReason, type PauseReason, type ServerMessage, type Trouble } from "./capture-protocol";
import { Returning, type Decision, type Fault } from "./capture-returning";
import { Ring } from "./capture-ring";
import type { Channel } from "./state";

/** What `hello` says of the call. */
export interface Announced {
  readonly call_id: string;
  readonly language: "" | "en" | "de" | "auto";
  readonly playbook?: "" | "support" | "sales";
  readonly help_level?: 0 | 1 | 2 | 3;
}

type Stay = Exclude<Decision, { readonly again: number }>;

/**
 * The client's end of our audio protocol, without its socket and without a clock: `now` is
 * milliseconds of any clock that never goes back. Whoever holds the socket sends `hello` first,
 * then whatever `take` returns, hands every text to `hear`, and asks `lost` what to do when the
 * connection has ended.
 */
export class Sender {
  #ring: Ring;
  #returning = new Returning();
  #key = "";
  #attempt = 0;
  /** The next item to send; null = the server has not said yet. */
  #cursor: number | null = null;
  /** Who wants a pause, `here` or `there`, and why; it lasts until nobody does. */
  #wishes = new Map<"here" | "there", PauseReason>();
  #since: number | null = null;
  #troubles = new Set<Trouble>();
  #unsaid = new Map<Trouble, boolean>();
  #heard = 0;
  #fault: Fault | null = null;
  #closing = false;
  epoch = 0;
  acknowledged = 0;
  /** How it ended; null = it goes on. */
  outcome: Stay | null = null;

  constructor(
    private readonly announced: Announced,
    seconds = RING_S,
  ) {
    this.#ring = new Ring(seconds);
  }

  // what is recorded

  /** Nothing is recorded now. */
  get paused(): boolean {
    return this.#since !== null;
  }

  get droppedMs(): number {
    return this.#ring.droppedMs;
  }

  /** The end was told, and all before it is safe. */
  get finished(): boolean {
    return this.#closing && this.#ring.oldest === this.#ring.next;
  }

  /** Take the next 100 ms of a channel; during a pause they are forgotten at once. */
  audio(channel: Channel, payload: Uint8Array): void {
    if (this.#open() && !this.paused) this.#ring.frame(channel, FRAME_MS, payload);
  }

  /** Declare sound that was never recorded, in milliseconds. */
  gap(reason: GapReason, agent: number, customer: number): void {
    if (this.#open() && !this.paused) this.#add((seq) => ({ type: "gap", seq, agent, customer, reason }));
  }

  pause(reason: PauseReason, now: number): void {
    this.#wish("here", reason, now);
  }

  /** Record again, unless the server wants the pause to last. */
  resume(now: number): void {
    this.#wish("here", null, now);
  }

  end(reason: EndReason): void {
    if (!this.#open()) return;
    this.#add((seq) => ({ type: "end", seq, reason }));
    this.#closing = true;
  }

  /** Tell of trouble with the recording, or of its end; what is known already is not told twice. */
  status(code: Trouble, active: boolean): void {
    if (this.#troubles.has(code) === active) return;
    if (active) this.#troubles.add(code);
    else this.#troubles.delete(code);
    this.#unsaid.set(code, active);
  }

  // what is said and heard

  get greeted(): boolean {
    return this.#cursor !== null;
  }

  /** `hello` needs a token: there is no key of an earlier connection. */
  get needsToken(): boolean {
    return this.#key === "";
  }

  /** Begin a connection. */
  hello(now: number, token = ""): string {
    this.#cursor = null;
    this.#fault = null;
    this.#heard = now;
    this.#returning.tried(now);
    const proof = this.#key === "" ? { token } : { resume_key: this.#key };
    const { oldest, next } = this.#ring;
    const attempt = ++this.#attempt;
    return JSON.stringify({ type: "hello", ...proof, ...this.announced, channels: CHANNELS, codec: "pcm16", rate: RATE, oldest, next, attempt, source: "browser" });
  }

  /** The next message to send; null when there is nothing now. */
  take(): Uint8Array<ArrayBuffer> | string | null {
    if (this.#cursor === null) return null;
    for (const [code, active] of this.#unsaid) {
      this.#unsaid.delete(code);
      return JSON.stringify({ type: "status", code, active });
    }
    const piece = this.#ring.piece(this.#cursor);
    if (piece === null) return null;
    this.#cursor = piece.last + 1;
    return piece.wire;
  }

  /** Take a message of the server; false when it breaks the protocol and the connection must be closed. */
  hear(text: string, now: number): boolean {
    const message = JSON.parse(text) as ServerMessage;
    this.#heard = now;
    this.#returning.heard(now);
    switch (message.type) {
      case "welcome":
        return this.#welcome(message, now);
      case "ack":
        return this.#acknowledge(message.seq, message.received);
      case "pause":
        this.#wish("there", message.reason, now);
        return true;
      case "resume":
        this.#wish("there", null, now);
        return true;
      case "ended":
        this.outcome = { stay: "", text: "" };
        return true;
      case "fault":
        this.#fault = message;
        return true;
      default:
        message satisfies never;
        return false;
    }
  }

  /** The server has been silent for too long. */
  dead(now: number): boolean {
    return now - this.#heard >= DEAD_MS;
  }

  /** Say what to do now that the connection has ended, or could not be made. */
  lost(code: number, now: number): Decision {
    this.#cursor = null;
    if (code === UNKNOWN_TOKEN) this.#key = "";
    if (this.#closing && code === OVER) this.outcome = { stay: "", text: "" };
    if (this.outcome !== null) return this.outcome;
    const decided = this.#returning.closed(code, now, this.#fault);
    if ("stay" in decided) this.outcome = decided;
    return decided;
  }

  /** Whether another item may follow. */
  #open(): boolean {
    if (this.#ring.full && this.outcome === null) this.outcome = { stay: "unreachable", text: "" };
    return !this.#closing && this.outcome === null;
  }

  #add(make: (seq: number) => Control): void {
    this.#ring.control(make(this.#ring.next));
  }

  #welcome(message: Extract<ServerMessage, { type: "welcome" }>, now: number): boolean {
    const from = message.resume_from;
    const wanted = message.call_id === this.announced.call_id && from > message.ack && from >= this.#ring.oldest && from <= this.#ring.next;
    if (!wanted) return false;
    this.#key = message.resume_key;
    this.epoch = message.epoch;
    this.#cursor = from;
    this.#returning.welcomed();
    this.#forget(message.ack);
    this.#unsaid = new Map([...this.#troubles].map((code) => [code, true]));
    this.#wish("there", message.paused ? "agent" : null, now);
    return true;
  }

  #acknowledge(seq: number, received: number): boolean {
    if (this.#cursor === null || seq > received || received >= this.#cursor) return false;
    this.#returning.progressed(received);
    this.#forget(seq);
    return true;
  }

  #forget(seq: number): void {
    this.#ring.acknowledge(seq);
    this.acknowledged = Math.max(this.acknowledged, seq);
  }

  /** One side begins or ends its wish for a pause. */
  #wish(who: "here" | "there", reason: PauseReason | null, now: number): void {
    if (reason === null) this.#wishes.delete(who);
    else if (!this.#wishes.has(who)) this.#wishes.set(who, reason);
    const first = [...this.#wishes.values()][0];
    if (!this.#open() || (first !== undefined) === this.paused) return;
    if (first !== undefined) {
      this.#since = now;
      this.#add((seq) => ({ type: "pause", seq, reason: first }));
    } else {
      const since = this.#since ?? now;
      this.#add((seq) => ({ type: "resume", seq, skipped: skipped(now - since) }));
      this.#since = null;
    }
  }
}
