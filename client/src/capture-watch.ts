import { FRAME_MS, type Trouble } from "./capture-protocol";

/** One frame of both sides. */
export interface Sound {
  readonly agent: Int16Array;
  readonly customer: Int16Array;
}

/** A microphone that is on hisses; exact zeros for so long mean that it is muted or gone. */
const MIC_SILENT_MS = 3000;
/** A tab that plays nothing at all for so long is probably the wrong one. */
const CUSTOMER_SILENT_MS = 10_000;
const SAME_MS = 2000;
const SAME = 0.95;
/** Below this level (−50 dBFS) nobody speaks. */
const ACTIVE = 0.003;
/** Both sides come from one clock, so the same sound lies within 30 ms: so many samples. */
const LAGS = 480;
/** Every fourth product is enough to know a likeness by. */
const STRIDE = 4;

/** What is wrong with the sound, frame by frame; pure. */
export class Watch {
  #agentZeros = 0;
  #customerZeros = 0;
  #same = 0;
  #different = 0;

  /** Take a frame of both sides, and say what holds after it. */
  hear(sound: Sound): Readonly<Partial<Record<Trouble, boolean>>> {
    this.#agentZeros = isZero(sound.agent) ? this.#agentZeros + FRAME_MS : 0;
    this.#customerZeros = isZero(sound.customer) ? this.#customerZeros + FRAME_MS : 0;
    this.#compare(sound);
    return {
      mic_silent: this.#agentZeros > MIC_SILENT_MS,
      customer_silent: this.#customerZeros >= CUSTOMER_SILENT_MS,
      same_sound: this.#same > SAME_MS,
    };
  }

  #compare({ agent, customer }: Sound): void {
    if (level(agent) < ACTIVE || level(customer) < ACTIVE) return;
    if (likeness(agent, customer) > SAME) {
      this.#same += FRAME_MS;
      this.#different = 0;
    } else if ((this.#different += FRAME_MS) >= 500) {
      this.#same = 0; // a frame that straddles a pause says little
    }
  }
}

/** The loudness of a frame, 0 to 1: its root mean square. */
export function level(samples: Int16Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  return samples.length === 0 ? 0 : Math.sqrt(sum / samples.length) / 32768;
}

/** The greatest correlation of two frames over all lags up to 30 ms, 0 to 1. */
export function likeness(one: Int16Array, other: Int16Array): number {
  let best = 0;
  for (let lag = -LAGS; lag <= LAGS; lag += 1) best = Math.max(best, correlation(one, other, lag));
  return best;
}

function correlation(one: Int16Array, other: Int16Array, lag: number): number {
  let cross = 0;
  let first = 0;
  let second = 0;
  for (let at = Math.max(0, lag); at < Math.min(one.length, other.length + lag); at += STRIDE) {
    const a = one[at] ?? 0;
    const b = other[at - lag] ?? 0;
    cross += a * b;
    first += a * a;
    second += b * b;
  }
  return first === 0 || second === 0 ? 0 : Math.abs(cross) / Math.sqrt(first * second);
}

const isZero = (samples: Int16Array): boolean => samples.every((sample) => sample === 0);
