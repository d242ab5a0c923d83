import { chosenBefore, wear } from "./chosen";
import { askTicket, Connection, type Command } from "./connection";
import type { CallEnded, ServerEvent } from "./events";
import { readiness } from "./ready";
import { Scope } from "./scope";
import { initial, reduce, type Message, type State } from "./state";
import { view } from "./view";
import { AssistOverlay, type Judged } from "./elements/assist-overlay";

const WRAP_UP_MS = 60_000;
const READY_MS = 2000;

/** Wires the page: one state, one scope, one connection. */
function start(overlay: AssistOverlay): Scope {
  const scope = new Scope();
  const chosen = chosenBefore();
  const token = location.hash.replace(/^#token=/, ""); // after the #: it never reaches a log
  let state = initial(navigator.language, chosen.ui);
  const capture = new BroadcastChannel("call-assist"); // a start page that captures the call stops at once
  const rest = import("./overlay-rest");
  let pause = scope.child();
  let german = false;

  const show = (next: State): void => {
    if (next.language === "de" && !german) void learn();
    state = next;
    overlay.state = next;
    document.documentElement.lang = next.language;
  };
  const learn = async (): Promise<void> => {
    german = true;
    await import("./strings-de");
    overlay.state = { ...state }; // the same, in other words
  };
  const report = (message: Message): void => {
    show(reduce(state, message));
    follow(message);
  };
  const follow = (message: Message): void => {
    if (message.type === "local.open") void ready();
    if (message.type === "local.refused" && token === "") void import("./signing").then(({ enter }) => enter(scope, overlay, report, () => connection.retry()));
    if (message.type === "call.ended") end(message);
    if (message.type === "call.paused") wait();
    if (message.type === "call.resumed" || message.type === "call.started") pause.close();
  };
  const end = (event: CallEnded): void => {
    pause.close();
    scope.after(WRAP_UP_MS, () => report({ type: "local.idle", call: event.call_id }));
  };
  const wait = (): void => {
    const timer = (pause = scope.child());
    void rest.then(({ wait }) => wait(timer, report));
  };
  const close = (): void => {
    if (state.call !== null) report({ type: "local.idle", call: state.call.id });
  };
  const ready = async (): Promise<void> => {
    const text = await readiness().catch(() => state.model);
    if (scope.closed) return;
    if (text !== state.model) report({ type: "local.model", text });
    if (text !== "") scope.after(READY_MS, () => void ready());
  };

  wear(chosen.theme);
  show(state);
  scope.own(() => capture.close());
  const connection = new Connection<ServerEvent, Command>(scope, {
    url: new URL("feed/agent", document.baseURI).href.replace(/^http/, "ws"),
    token,
    ticket: askTicket,
    position: () => (state.call === null ? null : { call: state.call.id, since: state.call.seq }),
    report,
  });

  const judge = (judged: Judged): boolean => connection.send({ type: "nudge.feedback", ...judged });
  const toggle = (): void => {
    const wish = view(state).pause;
    if (wish === "") return;
    capture.postMessage(wish);
    connection.send(wish === "pause" ? { type: "call.pause", reason: "privacy" } : { type: "call.resume" });
  };
  const earlier = (open: boolean): void => report({ type: "local.earlier", open });
  const dismiss = (id: string): void => {
    report({ type: "local.dismiss", id });
    connection.send({ type: "nudge.dismissed", id });
  };
  scope.listen<CustomEvent<string>>(overlay, "dismiss", (event) => dismiss(event.detail));
  scope.listen<CustomEvent<boolean>>(overlay, "earlier", (event) => earlier(event.detail));
  scope.listen<CustomEvent<Judged>>(overlay, "judge", (event) => judge(event.detail));
  scope.listen(overlay, "pause", toggle);
  scope.listen(overlay, "retry", () => connection.retry());
  scope.listen(overlay, "close", close);
  void rest.then(({ keys }) => {
    scope.listen<KeyboardEvent>(document, "keydown", (event) => keys(event, { state, single: chosen.keys, earlier, dismiss, judge, toggle, close }));
  });
  return scope;
}

const overlay = document.querySelector("assist-overlay");
if (overlay instanceof AssistOverlay) start(overlay);
