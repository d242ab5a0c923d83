import { Capture } from "./capture";
import { microphones } from "./capture-sound";
import { chosenBefore, keep, wear } from "./chosen";
import { askTicket } from "./connection";
import { Scope } from "./scope";
import { signedIn, signIn, way } from "./signing";
import { languageShown, opening, prepare, type StartEvent, type StartState } from "./start-state";
import { guide } from "./start-strings";
import { canPop, overlayUrl, popOut } from "./start-window";
import { StartPage, type Wish } from "./elements/start-page";

/** Wires the start page: one state, one scope, one capture. */
function start(page: StartPage): Scope {
  const scope = new Scope();
  const token = location.hash.replace(/^#token=/, ""); // after the #: it never reaches a log
  let state = opening(navigator.language, chosenBefore(), canPop());

  const show = (next: StartState): void => {
    if (next.chosen !== state.chosen) keep(next.chosen);
    wear(next.chosen.theme);
    state = next;
    page.state = next;
    page.overlay = overlayUrl("tab", next.chosen, location.hash);
    document.documentElement.lang = languageShown(next);
  };
  const report = (event: StartEvent): void => {
    const next = prepare(state, event);
    if (next !== state) show(next);
    if (event.type === "start.call" && event.signedOut) void enter();
    if (event.type === "start.source" && event.side === "agent" && event.source === "on") void list();
  };
  const list = async (): Promise<void> => {
    const devices = (await microphones()).map((one) => ({ id: one.deviceId, name: one.label || one.deviceId }));
    report({ type: "start.devices", devices });
  };

  /** Show the way in; in local mode there is only the printed link. */
  const enter = async (): Promise<void> => {
    const found = token === "" ? await way() : "none";
    report({ type: "start.sign_in", signIn: found === "form" ? "idle" : found });
  };
  const look = async (): Promise<void> => {
    if (token !== "") return;
    if (!(await signedIn())) await enter();
    else if (state.signIn !== "none") report({ type: "start.sign_in", signIn: "none" });
  };
  const submit = async (typed: unknown): Promise<void> => {
    report({ type: "start.sign_in", signIn: (await signIn(typed)) ?? "none" });
  };

  const capture = new Capture(scope, {
    url: new URL("ingest/audio", document.baseURI).href.replace(/^http/, "ws"),
    token: token === "" ? askTicket : () => Promise.resolve(token),
    report,
  });
  const pop = (): void => {
    const tell = (surface: StartState["surface"]): void => report({ type: "start.surface", surface });
    const title = guide(languageShown(state), "overlay");
    popOut(scope, overlayUrl("pip", state.chosen, location.hash), title, tell).catch(() => tell("tab"));
  };
  const obey = (wish: Wish): void => {
    capture.wake();
    switch (wish.type) {
      case "microphone":
        return void capture.open("agent", state.device);
      case "tab":
        return void capture.open("customer");
      case "device":
        report({ type: "start.device", device: wish.device });
        return void capture.open("agent", wish.device);
      case "start":
        return capture.begin(state.chosen);
      case "stop":
        report({ type: "start.ending" });
        return capture.end();
      case "pause":
        return capture.pause(!state.paused);
      case "pop":
        return pop();
      case "in_tab":
        return report({ type: "start.surface", surface: "tab" });
      case "choose":
        return report({ type: "start.chosen", chosen: wish.chosen });
      default:
        wish satisfies never;
    }
  };

  show(state);
  void look();
  scope.listen(window, "focus", () => {
    if (state.signIn === "page") void look(); // perhaps somebody signed in on the other page
  });
  scope.listen<CustomEvent<unknown>>(page, "sign-in", (event) => void submit(event.detail));
  scope.listen<CustomEvent<Wish>>(page, "wish", (event) => obey(event.detail));
  scope.listen(window, "pagehide", () => capture.end());
  const channel = new BroadcastChannel("call-assist"); // the overlay's pause stops the capture here at once
  scope.own(() => channel.close());
  scope.listen<MessageEvent<string>>(channel, "message", (event) => capture.pause(event.data === "pause"));
  return scope;
}

const page = document.querySelector("start-page");
if (page instanceof StartPage) start(page);
