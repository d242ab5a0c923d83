/** Where things stand on the timeline, in pixels. Pure. */

/** At least so wide, and so many pixels a second: a click hits what is meant, in a long call, too. */
export const NARROWEST = 900;
const PX_PER_SECOND = 4;
/** So high is a mark: no target may be smaller. */
export const SMALLEST = 28;
/** So wide at least, for its words to be read. */
export const LEGIBLE = 136;
const GAP = 2;

export interface Place {
  readonly left: number;
  readonly width: number;
  readonly row: number;
}

/** How wide the timeline of a call is, where there is so much room. */
export function widthOf(duration: number, room = 0): number {
  return Math.max(NARROWEST, room, Math.round((duration / 1000) * PX_PER_SECOND));
}

/** Where a moment stands. */
export function place(at: number, duration: number, width: number): number {
  return duration <= 0 ? 0 : (Math.min(Math.max(at, 0), duration) / duration) * width;
}

/** The moment at a place. */
export function moment(x: number, duration: number, width: number): number {
  return Math.round((Math.min(Math.max(x, 0), width) / width) * duration);
}

/** Put stretches, ordered by their begin, into as few rows as it takes that none covers another. */
export function pack(stretches: readonly { readonly at: number; readonly end: number }[], duration: number, width: number): readonly Place[] {
  const ends: number[] = [];
  return stretches.map(({ at, end }) => {
    const size = Math.max(LEGIBLE, place(end, duration, width) - place(at, duration, width));
    const left = Math.min(place(at, duration, width), width - size);
    const free = ends.findIndex((last) => last + GAP <= left);
    const row = free < 0 ? ends.length : free;
    ends[row] = left + size;
    return { left, width: size, row };
  });
}

/** The moments that the ruler names: as many as fit, at round distances. */
export function ticks(duration: number, width: number): readonly number[] {
  const step = [5, 10, 15, 30, 60, 120, 300, 600].map((seconds) => seconds * 1000).find((each) => (each / Math.max(duration, 1)) * width >= 70) ?? 600_000;
  return Array.from({ length: Math.floor(duration / step) + 1 }, (_, index) => index * step);
}
