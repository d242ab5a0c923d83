import type { Span, Stretch } from "./review-answers";

/** How loud both sides are beside the loudest moment, from 0 to 1, at even distances over the whole call. */
export interface Wave {
  readonly agent: Float32Array;
  readonly customer: Float32Array;
}

/** A place in a recording. */
export interface Spot {
  readonly index: number;
  /** Seconds from the begin of the stretch. */
  readonly offset: number;
}

/** What is drawn at full height, at the least: of 255. Calls are quiet, and noise is to stay small. */
const LOUD = 48;
/** So much silence is passed over, up to so shortly before the next word. */
const LONG_MS = 1500;
const BEFORE_MS = 400;

/** Where the sound of a moment is, else of the first moment after it; null = there is none any more. */
export function spot(stretches: readonly Stretch[], at: number): Spot | null {
  const index = stretches.findIndex((one) => at < one.end);
  const found = stretches[index];
  return found === undefined ? null : { index, offset: Math.max(0, at - found.start) / 1000 };
}

/** Draw the peaks of all stretches on one line of time; where nothing was recorded it is flat. */
export function draw(stretches: readonly Stretch[], peaks: readonly Uint8Array[], step: number, duration: number): Wave {
  const count = Math.max(1, Math.ceil(duration / step));
  const wave = { agent: new Float32Array(count), customer: new Float32Array(count) };
  const loudest = peaks.reduce((most, bytes) => bytes.reduce((one, other) => Math.max(one, other), most), LOUD);
  stretches.forEach((stretch, index) => {
    const from = Math.round(stretch.start / step);
    const bytes = peaks[index] ?? new Uint8Array();
    for (let n = 0; 2 * n + 1 < bytes.length && from + n < count; n += 1) {
      wave.agent[from + n] = (bytes[2 * n] ?? 0) / loudest;
      wave.customer[from + n] = (bytes[2 * n + 1] ?? 0) / loudest;
    }
  });
  return wave;
}

/** The moment to go on from where nobody speaks for long; null = somebody does, or nobody will again. */
export function beyondSilence(speech: readonly Span[], at: number): number | null {
  if (speech.some((span) => span.start <= at + BEFORE_MS && at < span.end + BEFORE_MS)) return null;
  const next = Math.min(...speech.filter((span) => span.start > at).map((span) => span.start));
  return Number.isFinite(next) && next - at > LONG_MS ? next - BEFORE_MS : null;
}
