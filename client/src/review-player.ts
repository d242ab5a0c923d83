import type { Span, Stretch } from "./review-answers";
import { beyondSilence, spot } from "./review-sound";
import type { Scope } from "./scope";
import type { Channel } from "./state";

const TICK_MS = 80;

/** What a player tells. */
export interface Told {
  readonly moved: (at: number) => void;
  readonly playing: (playing: boolean) => void;
  readonly failed: () => void;
}

/** Plays the recorded stretches of one call as if they were one sound; ends with its scope. */
export class Player {
  readonly #scope: Scope;
  readonly #told: Told;
  readonly #audio = document.createElement("audio");
  readonly #stretches: readonly Stretch[];
  readonly #speech: readonly Span[];
  #gains: Record<Channel, GainNode> | null = null;
  #index = -1;
  #skips = false;
  #calm: (() => void) | null = null;

  constructor(scope: Scope, stretches: readonly Stretch[], speech: readonly Span[], told: Told) {
    this.#scope = scope;
    this.#stretches = stretches;
    this.#speech = speech;
    this.#told = told;
    this.#audio.preload = "metadata";
    scope.listen(this.#audio, "ended", () => this.#next());
    scope.listen(this.#audio, "error", () => this.#fail());
    scope.own(() => {
      this.#audio.pause();
      this.#audio.removeAttribute("src");
    });
  }

  get playing(): boolean {
    return this.#calm !== null;
  }

  /** Play from a moment on, or stop. */
  toggle(at: number): void {
    if (this.playing) this.stop();
    else this.#play(at);
  }

  /** Go to a moment; what plays goes on from there. */
  seek(at: number): void {
    if (this.playing) this.#play(at);
  }

  stop(): void {
    this.#calm?.();
    this.#calm = null;
    this.#audio.pause();
    this.#told.playing(false);
  }

  /** How fast: 1 = as it was spoken. */
  rate(rate: number): void {
    this.#audio.defaultPlaybackRate = rate;
    this.#audio.playbackRate = rate;
  }

  /** Whether long silence is passed over. */
  skip(on: boolean): void {
    this.#skips = on;
  }

  /** How loud a side is, from 0 to 1; sides are only taken apart once somebody asks for it. */
  volume(channel: Channel, volume: number): void {
    this.#gains ??= this.#apart();
    this.#gains[channel].gain.value = volume;
  }

  #play(at: number): void {
    const found = spot(this.#stretches, at);
    const stretch = found === null ? undefined : this.#stretches[found.index];
    if (found === null || stretch === undefined) return this.stop();
    if (found.index !== this.#index) this.#audio.src = stretch.sound;
    this.#index = found.index;
    this.#audio.currentTime = found.offset;
    this.#audio.play().then(undefined, (error: unknown) => {
      if (!(error instanceof DOMException && error.name === "AbortError")) this.#fail();
    });
    if (!this.playing) {
      this.#told.playing(true);
      this.#tick();
    }
  }

  #tick(): void {
    this.#calm = this.#scope.after(TICK_MS, () => {
      const at = this.#at();
      const beyond = this.#skips ? beyondSilence(this.#speech, at) : null;
      if (beyond !== null) this.#play(beyond);
      this.#told.moved(beyond ?? at);
      if (this.playing) this.#tick();
    });
  }

  #at(): number {
    return Math.round((this.#stretches[this.#index]?.start ?? 0) + this.#audio.currentTime * 1000);
  }

  /** Go on with the next stretch; after the last one there is silence. */
  #next(): void {
    const next = this.#stretches[this.#index + 1];
    if (next === undefined) this.stop();
    else this.#play(next.start);
  }

  #fail(): void {
    if (this.#index < 0) return;
    this.#index = -1;
    this.stop();
    this.#told.failed();
  }

  #apart(): Record<Channel, GainNode> {
    const context = new AudioContext();
    this.#scope.own(() => void context.close());
    void context.resume();
    const split = context.createChannelSplitter(2);
    const join = context.createChannelMerger(2);
    const gain = (index: number): GainNode => {
      const node = context.createGain();
      split.connect(node, index);
      node.connect(join, 0, index);
      return node;
    };
    context.createMediaElementSource(this.#audio).connect(split);
    join.connect(context.destination);
    return { agent: gain(0), customer: gain(1) };
  }
}
