import { CHANNELS, MOST_ITEMS, pack, type Control } from "./capture-protocol";
import type { Channel } from "./state";

interface Frame {
  readonly channel: number;
  readonly ms: number;
  /** Null: the sound had to leave; its place and its length stay. */
  payload: Uint8Array | null;
}

/** An item as it goes over the wire, and the last item that it stands for. */
export interface Piece {
  readonly last: number;
  readonly wire: Uint8Array<ArrayBuffer> | string;
}

const isFrame = (item: Frame | Control): item is Frame => !("type" in item);

/** Every item of a call until the server has it safe; when there is too much sound, the oldest sound leaves. */
export class Ring {
  #items: (Frame | Control)[] = [];
  #room: number;
  #kept = 0;
  /** So many items at the beginning hold no sound. */
  #emptied = 0;
  next = 1;
  /** Milliseconds of sound that had to leave, of both channels together. */
  droppedMs = 0;

  constructor(seconds: number) {
    this.#room = 1000 * seconds * CHANNELS.length;
  }

  /** The first item that can still be sent; equal to `next` when there is none. */
  get oldest(): number {
    return this.next - this.#items.length;
  }

  get full(): boolean {
    return this.#items.length >= MOST_ITEMS;
  }

  frame(channel: Channel, ms: number, payload: Uint8Array): void {
    this.#append({ channel: CHANNELS.indexOf(channel), ms, payload });
    this.#kept += ms;
    while (this.#kept > this.#room) this.#dropOldest();
  }

  /** Add anything else; its place must be the next. */
  control(item: Control): void {
    this.#append(item);
  }

  /** Forget all items up to this one. */
  acknowledge(seq: number): void {
    const count = Math.min(this.#items.length, seq - this.oldest + 1);
    if (count <= 0) return;
    for (const gone of this.#items.splice(0, count)) if (isFrame(gone) && gone.payload !== null) this.#kept -= gone.ms;
    this.#emptied = Math.max(0, this.#emptied - count);
  }

  /** What to send from this place on; null when there is nothing yet. */
  piece(seq: number): Piece | null {
    const item = this.#items[seq - this.oldest];
    if (item === undefined) return null;
    if (!isFrame(item)) return { last: seq, wire: JSON.stringify(item) };
    return item.payload === null ? this.#gap(seq) : { last: seq, wire: pack(seq, item.channel, item.ms, item.payload) };
  }

  /** Gather the run of frames that lost their sound. */
  #gap(seq: number): Piece {
    const missing = CHANNELS.map(() => 0);
    let through = seq - 1;
    for (let place = seq - this.oldest; place < this.#items.length; place += 1, through += 1) {
      const item = this.#items[place] as Frame | Control;
      if (!isFrame(item) || item.payload !== null) break;
      missing[item.channel] = (missing[item.channel] ?? 0) + item.ms;
    }
    const [agent = 0, customer = 0] = missing;
    return { last: through, wire: JSON.stringify({ type: "gap", seq, agent, customer, reason: "ring_full", through } satisfies Control) };
  }

  #append(item: Frame | Control): void {
    this.#items.push(item);
    this.next += 1;
  }

  #dropOldest(): void {
    for (let place = this.#emptied; place < this.#items.length; place += 1) {
      const item = this.#items[place] as Frame | Control;
      if (!isFrame(item) || item.payload === null) continue;
      item.payload = null;
      this.#kept -= item.ms;
      this.droppedMs += item.ms;
      this.#emptied = place + 1;
      return;
    }
  }
}
