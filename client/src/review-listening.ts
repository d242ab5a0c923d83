import { address, OK, type Asked, type Link } from "./review-link";
import { Player } from "./review-player";
import { draw } from "./review-sound";
import type { ReviewMessage, ReviewState } from "./review-state";
import type { Scope } from "./scope";
import type { Channel } from "./state";

const BROKEN = 1;

/** The sound of the call that is read: asked for, drawn and played. */
export class Listening {
  readonly #link: Link;
  readonly #report: (message: ReviewMessage) => void;
  readonly #scope: Scope;
  #call: Scope | null = null;
  #player: Player | null = null;

  constructor(scope: Scope, link: Link, report: (message: ReviewMessage) => void) {
    this.#scope = scope;
    this.#link = link;
    this.#report = report;
  }

  /** Ask for the sound of a call; where none was kept the page stays as it is. */
  async open(state: ReviewState, about: Asked): Promise<void> {
    this.close();
    const call = state.call;
    if (call === null) return;
    const scope = (this.#call = this.#scope.child());
    const sounds = await this.#link.ask("sound", about);
    if (scope.closed || sounds.type !== "sounds" || sounds.stretches.length === 0) return;
    const peaks = await Promise.all(sounds.stretches.map((one) => bytes(one.peaks)));
    if (scope.closed) return;
    this.#player = new Player(scope, sounds.stretches, call.speech, {
      moved: (at) => this.#report({ type: "local.moved", at }),
      playing: (playing) => this.#report({ type: "local.playing", playing }),
      failed: () => this.#report({ type: "local.failed", status: BROKEN }),
    });
    this.#report({ type: "local.heard", wave: draw(sounds.stretches, peaks, sounds.peak_ms, call.call.duration) });
  }

  close(): void {
    this.#call?.close();
    this.#call = null;
    this.#player = null;
  }

  toggle(at: number): void {
    this.#player?.toggle(at);
  }

  seek(at: number): void {
    this.#player?.seek(at);
  }

  rate(rate: number): void {
    this.#player?.rate(rate);
    this.#report({ type: "local.rate", rate });
  }

  skip(on: boolean): void {
    this.#player?.skip(on);
    this.#report({ type: "local.skip", on });
  }

  volume(channel: Channel, volume: number): void {
    this.#player?.volume(channel, volume);
    this.#report({ type: "local.volume", channel, volume });
  }
}

/** What stands at an address; nothing where it cannot be had: the sound plays all the same. */
async function bytes(path: string): Promise<Uint8Array> {
  const answer = await fetch(address(path)).catch(() => null);
  return new Uint8Array(answer?.status === OK ? await answer.arrayBuffer() : new ArrayBuffer(0));
}
