import type { Chosen } from "./chosen";
import { languageOf, type Language } from "./strings";

export type Source = "off" | "asking" | "on" | "denied" | "missing" | "no_audio" | "unsupported" | "ended";

export type StartEvent =
  | { readonly type: "start.source"; readonly side: "agent" | "customer"; readonly source: Source }
  | { readonly type: "start.devices"; readonly devices: readonly Device[] }
  | { readonly type: "start.device"; readonly device: string }
  | { readonly type: "start.level"; readonly agent: number; readonly customer: number }
  | { readonly type: "start.call"; readonly link: "new" | "up" | "lost"; readonly paused: boolean; readonly over: "" | "told" | "unreachable" | null; readonly text: string; readonly signedOut: boolean }
  | { readonly type: "start.ending" }
  | { readonly type: "start.surface"; readonly surface: Surface }
  | { readonly type: "start.chosen"; readonly chosen: Partial<Chosen> }
  | { readonly type: "start.sign_in"; readonly signIn: SigningIn };

/** Nobody need sign in, or can on this page; by another page alone; or how the form stands. */
export type SigningIn = "none" | "page" | "idle" | "wrong" | "wait";

export interface Device {
  readonly id: string;
  readonly name: string;
}

/** Where the overlay is: not open, in this tab, or in a window of its own; `back` = that window was closed. */
export type Surface = "none" | "tab" | "window" | "back";

export interface StartState {
  readonly browser: string;
  readonly chosen: Chosen;
  readonly canPop: boolean;
  readonly sources: Readonly<Record<"agent" | "customer", Source>>;
  readonly devices: readonly Device[];
  readonly device: string;
  /** Tenths of full loudness, as an ear takes it: 0 to 10. */
  readonly levels: Readonly<Record<"agent" | "customer", number>>;
  /** The microphone was heard once. */
  readonly heard: boolean;
  readonly call: "none" | "connecting" | "live" | "lost" | "ending";
  readonly paused: boolean;
  /** How the last call ended; null = well, or there was none. */
  readonly trouble: { readonly kind: "told" | "unreachable" | "signed_out"; readonly text: string } | null;
  readonly ended: boolean;
  readonly surface: Surface;
  readonly signIn: SigningIn;
}

export function opening(browser: string, chosen: Chosen, canPop: boolean): StartState {
  return {
    browser,
    chosen,
    canPop,
    sources: { agent: "off", customer: "off" },
    devices: [],
    device: "",
    levels: { agent: 0, customer: 0 },
    heard: false,
    call: "none",
    paused: false,
    trouble: null,
    ended: false,
    surface: "none",
    signIn: "none",
  };
}

export const languageShown = (state: StartState): Language => languageOf(state.chosen.ui || state.browser);

/** The only place where the start page's state changes. Pure. */
export function prepare(state: StartState, event: StartEvent): StartState {
  switch (event.type) {
    case "start.source":
      return { ...state, sources: { ...state.sources, [event.side]: event.source } };
    case "start.devices":
      return { ...state, devices: event.devices };
    case "start.device":
      return { ...state, device: event.device };
    case "start.level":
      return listen(state, { agent: tenths(event.agent), customer: tenths(event.customer) });
    case "start.call":
      return event.over === null ? follow(state, event) : end(state, event);
    case "start.ending":
      return { ...state, call: "ending" };
    case "start.surface":
      return { ...state, surface: event.surface };
    case "start.sign_in":
      return { ...state, signIn: event.signIn, trouble: event.signIn === "none" && state.trouble?.kind === "signed_out" ? null : state.trouble };
    case "start.chosen":
      return { ...state, chosen: { ...state.chosen, ...event.chosen } };
    default:
      event satisfies never;
      return state;
  }
}

const HEARD = 3;

/** Frames come ten times a second: a level that did not change changes nothing. */
function listen(state: StartState, levels: StartState["levels"]): StartState {
  const { agent, customer } = state.levels;
  const heard = state.heard || levels.agent >= HEARD;
  return agent === levels.agent && customer === levels.customer && heard === state.heard ? state : { ...state, levels, heard };
}

/** Ears are logarithmic: −60 dB is 0, full loudness is 10. */
export function tenths(level: number): number {
  return level <= 0 ? 0 : Math.max(0, Math.min(10, Math.round((20 * Math.log10(level) + 60) / 6)));
}

type Told = Extract<StartEvent, { type: "start.call" }>;

function follow(state: StartState, { link, paused }: Told): StartState {
  const call = state.call === "ending" ? "ending" : link === "up" ? "live" : link === "lost" ? "lost" : "connecting";
  return { ...state, call, paused, trouble: null, ended: false };
}

function end(state: StartState, { over, text, signedOut }: Told): StartState {
  const kind = signedOut ? "signed_out" : over === "unreachable" ? "unreachable" : "told";
  return { ...state, call: "none", paused: false, ended: true, trouble: over === "" ? null : { kind, text } };
}
