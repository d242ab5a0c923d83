import type { NudgeShown, ServerEvent } from "../src/events";

/** A message without its envelope, of any kind. */
export type Draft = ServerEvent extends infer E ? (E extends ServerEvent ? Omit<E, "seq" | "call_id"> : never) : never;

/** Number the messages of one call, as the engine does. */
export function numbered(drafts: readonly Draft[], call_id = "c"): ServerEvent[] {
  return drafts.map((draft, index) => ({ ...draft, seq: index + 1, call_id }) as ServerEvent);
}

export const started: Draft = {
  type: "call.started",
  at: 0,
  language: "en",
  channels: ["agent", "customer"],
  agent: "",
  source: "demo",
  issue: [],
  queue_ms: 0,
  words: true,
  settings: { playbook: "", praise: true, help_level: 3, later: [], hidden: [] },
};

export const ended = (at: number): Draft => ({ type: "call.ended", at, reason: "hangup" });

export const tick = (at: number, behind = 0): Draft => ({ type: "tick", at, late: 0, behind });

export const shown = (id: string, at: number): Omit<NudgeShown, "seq" | "call_id"> => ({
  type: "nudge.shown",
  at,
  id,
  cue: "refusal_spoken",
  cue_id: `cue-${id}`,
  variant: "",
  kind: "nudge",
  sign: "say",
  text: "Say what you can do instead.",
  reason: "“can’t” heard",
  priority: 1,
  expires: at + 8000,
  rule: "refusal_spoken.cannot",
  playbook: "en/support@1",
  evidence: [],
});
