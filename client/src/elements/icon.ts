import { svg, type SVGTemplateResult } from "lit";
import type { NudgeShown } from "../events";

export type Icon = NudgeShown["sign"] | "listen" | "done" | "note" | "lock" | "eye";

const PATHS: Readonly<Record<Icon, string>> = {
  wait: "M7 13.5V7a1.5 1.5 0 0 1 3 0v4M10 11V4.5a1.5 1.5 0 0 1 3 0V11M13 11V5.5a1.5 1.5 0 0 1 3 0V12M16 12V8.5a1.5 1.5 0 0 1 3 0V15a6.5 6.5 0 0 1-6.5 6.5H12a6.6 6.6 0 0 1-5.8-3.4L3.5 14a1.4 1.4 0 0 1 2.3-1.6L7 13.8",
  say: "M4 5h16v10.5h-8.5L7 20v-4.5H4z",
  ask: "M8.5 9a3.5 3.5 0 1 1 5.4 2.9C12.6 12.8 12 13.4 12 15M12 18.5v.5M12 2.5a9.5 9.5 0 1 0 .01 0",
  risk: "M12 3.5 2.5 20.5h19zM12 10v4.5M12 17.2v.5",
  good: "M12 2.5a9.5 9.5 0 1 0 .01 0M7.5 12.3l3.2 3.2 6-6.5",
  done: "M4.5 12.5l5 5 10-11",
  listen: "M5 10v4M9.7 7v10M14.3 4.5v15M19 9v6",
  lock: "M5 11h14v10H5zM8 11V7.5a4 4 0 0 1 8 0V11M12 15v2",
  eye: "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12zM12 9a3 3 0 1 0 .01 0",
  note: "M12 2.5a9.5 9.5 0 1 0 .01 0M12 11v6M12 7v.5",
};

/** One of the signs, in the colour of its surroundings. */
export function icon(name: Icon): SVGTemplateResult {
  return svg`<svg viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" fill="none" stroke="currentColor"
    stroke-width="2" stroke-linecap="round" stroke-linejoin="round"><path d=${PATHS[name]}></path></svg>`;
}
