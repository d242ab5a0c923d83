import { Connection } from "./connection";
import { Scope } from "./scope";
import { initial, reduce, type Message, type State } from "./state";
import { AssistOverlay } from "./elements/assist-overlay";

const WRAP_UP_MS = 60_000;

/** Wires the page: one state, one scope, one connection. */
function start(overlay: AssistOverlay): Scope {
  const scope = new Scope();
  let state = initial(navigator.language);

  const show = (next: State): void => {
    state = next;
    overlay.state = next;
    document.documentElement.lang = next.language;
  };
  const report = (message: Message): void => {
    show(reduce(state, message));
    if (message.type === "call.ended") {
      scope.after(WRAP_UP_MS, () => report({ type: "local.idle", call: message.call_id }));
    }
  };

  show(state);
  const connection = new Connection(scope, {
    url: new URL("feed/agent", document.baseURI).href.replace(/^http/, "ws"),
    token: location.hash.replace(/^#token=/, ""), // after the #: it never reaches a log
    position: () => (state.call === null ? null : { call: state.call.id, since: state.call.seq }),
    report,
  });

  scope.listen<CustomEvent<string>>(overlay, "dismiss", (event) => {
    report({ type: "local.dismiss", id: event.detail });
    connection.send({ type: "nudge.dismissed", id: event.detail });
  });
  scope.listen<CustomEvent<boolean>>(overlay, "earlier", (event) => report({ type: "local.earlier", open: event.detail }));
  scope.listen(overlay, "retry", () => connection.retry());
  scope.listen<KeyboardEvent>(document, "keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const card = state.call?.card?.id;
    const last = card ?? state.call?.past.at(-1)?.nudge.id;
    const key = event.key.toLowerCase();
    if (key === "escape" && state.earlier) report({ type: "local.earlier", open: false });
    else if (key === "escape" && card !== undefined) overlay.dispatchEvent(new CustomEvent("dismiss", { detail: card }));
    else if (key === "e") report({ type: "local.earlier", open: !state.earlier });
    else if (key === "h" && last !== undefined) connection.send({ type: "nudge.feedback", id: last, verdict: "helpful" });
    else if (key === "n" && last !== undefined) connection.send({ type: "nudge.feedback", id: last, verdict: "not_now" });
    else if (key === "w" && last !== undefined) connection.send({ type: "nudge.feedback", id: last, verdict: "wrong" });
  });
  return scope;
}

const overlay = document.querySelector("assist-overlay");
if (overlay instanceof AssistOverlay) start(overlay);
