import { svg, type SVGTemplateResult } from "lit";

const STEP = 7;
const WIDTH = 5;
const HEIGHT = 18;
/** So many bars are drawn; the newest stands at the right. */
const BARS = 10;
/** A count as high as this, or higher, fills the height; so one word never looks like many. */
const FULL = 5;

/** Bars for counts, the newest last; the words beside it say the same. */
export function sparkline(counts: readonly number[]): SVGTemplateResult {
  const top = Math.max(FULL, ...counts);
  const first = BARS - counts.length;
  return svg`<svg class="spark" viewBox="0 0 ${BARS * STEP} ${HEIGHT}" width=${BARS * STEP} height=${HEIGHT} aria-hidden="true" fill="currentColor">
    <path d="M0 ${HEIGHT - 0.5}H${BARS * STEP - STEP + WIDTH}" stroke="currentColor" stroke-dasharray="${WIDTH} ${STEP - WIDTH}" opacity="0.4"></path>
    ${counts.map((count, index) => {
      const tall = count === 0 ? 1 : Math.max(3, Math.round((HEIGHT * count) / top));
      return svg`<rect x=${(first + index) * STEP} y=${HEIGHT - tall} width=${WIDTH} height=${tall} rx="1"></rect>`;
    })}
  </svg>`;
}
