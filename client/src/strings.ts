export type Language = "en" | "de";

const en = {
  "state.signed_out": "Signed out",
  "state.offline": "Offline",
  "state.reconnecting": "Reconnecting ({n} s)",
  "state.connecting": "Connecting",
  "state.paused": "Paused for privacy",
  "state.model_failed": "No speech model",
  "state.idle": "No call",
  "state.wrap_up": "Call ended",
  "state.loading": "Loading {n} %",
  "state.limited": "Limited",
  "state.hold": "On hold {time}",
  "state.delayed": "Delayed",
  "state.mic_denied": "Mic blocked",
  "state.mic_missing": "No microphone",
  "state.same_sound": "Check headset",
  "state.no_customer": "No customer audio",
  "state.mic_silent": "Mic muted",
  "state.suspended": "Capture stopped",
  "state.live": "Live",
  "card.signed_out": "Sign in again",
  "card.offline": "Coaching is off",
  "card.reconnecting": "Coaching paused – call not affected",
  "card.connecting": "Connecting…",
  "card.paused": "Not listening, not recording",
  "card.model_failed": "Coaching not available",
  "card.idle": "Ready",
  "card.wrap_up": "{time} · you spoke {share} %",
  "card.wrap_up_short": "{time}",
  "card.loading": "Nudges start in a moment",
  "card.live": "Listening…",
  "card.mic_denied": "Allow the microphone",
  "card.mic_missing": "No microphone found",
  "card.same_sound": "Both sides sound the same",
  "card.no_customer": "No sound from the call tab",
  "card.mic_silent": "We can’t hear you",
  "card.suspended": "Click the start page once",
  "second.signed_out": "open the printed link again",
  "second.not_affected": "call not affected",
  "second.offline": "call not affected · since {since}",
  "second.paused": "resume when card details are done",
  "second.idle": "starts with the next call",
  "second.wrap_up": "{nudges} nudges, {done} done",
  "second.wrap_up_one": "1 nudge, {done} done",
  "second.promise": "1 promise",
  "second.promises": "{promises} promises",
  "second.limited": "only timing cues right now",
  "second.delayed": "words come late right now",
  "second.paused_long": "paused {waited} – resume?",
  "second.mic_denied": "in the browser or system settings",
  "second.mic_missing": "plug it in or choose another",
  "second.same_sound": "check headset and call tab",
  "second.no_customer": "share the call tab again",
  "second.mic_silent": "headset mute or unplugged?",
  "second.suspended": "the browser stopped the sound",
  "stage.opening": "Opening",
  "stage.venting": "Listening",
  "stage.empathy": "Understanding",
  "stage.problem_solving": "Solving",
  "stage.agreement": "Agreeing",
  "stage.close": "Closing",
  "sign.wait": "Wait",
  "sign.say": "Say",
  "sign.ask": "Ask",
  "sign.risk": "Careful",
  "sign.good": "Good",
  "chip.venting": "Listen – let it all out",
  "chip.off_track": "Bridge at the next pause",
  "meter.you": "You",
  "meter.label": "Your share of the talking",
  "button.dismiss": "Dismiss",
  "button.sign_in": "Sign in",
  "button.retry": "Retry",
  "shared": "Shared",
  "shared.title": "A supervisor has this call open",
  "button.earlier": "{n} earlier",
  "button.pause": "Pause",
  "button.resume": "Resume",
  "button.back": "Back",
  "verdict.helpful": "helpful",
  "verdict.not_now": "not now",
  "verdict.wrong": "wrong",
  "note.new": "note",
};

export type Key = keyof typeof en;
export type Table = Readonly<Record<Key, string>>;

/** All texts; German is English until `strings-de.ts` is loaded. */
export const strings: Record<Language, Table> = { en, de: en };

/** The language of a tag such as `de-AT`; everything that is not German is English. */
export function languageOf(tag: string): Language {
  return tag.toLowerCase().startsWith("de") ? "de" : "en";
}

export type Values = Readonly<Record<string, string | number>>;

/** A text of this table with its `{names}` filled in. */
export function say(language: Language, key: Key, values: Values = {}): string {
  return fill(strings[language][key], values);
}

/** Fill in the `{names}` of a text. */
export function fill(text: string, values: Values): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** Milliseconds as minutes and seconds: 1:20. */
export function clock(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
