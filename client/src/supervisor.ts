import { chosenBefore, wear } from "./chosen";
import { askTicket, Connection } from "./connection";
import type { ServerEvent } from "./events";
import { Scope } from "./scope";
import { signIn } from "./signing";
import { opening, supervise, type Only, type SupervisorMessage, type SupervisorState } from "./supervisor-state";
import { tell } from "./supervisor-strings";
import type { Told } from "./table";
import { SupervisorPage } from "./elements/supervisor-page";
import "./strings-de";

type Request =
  | { readonly type: "follow"; readonly call_id: string; readonly since: number }
  | { readonly type: "unfollow" }
  | { readonly type: "note"; readonly call_id: string; readonly text: string };

const SECOND_MS = 1000;
/** A note that has not come back after so long did not arrive. */
const NOTE_MS = 8000;

/** Wires the page: one state, one scope, one connection. */
function start(page: SupervisorPage): Scope {
  const scope = new Scope();
  const chosen = chosenBefore();
  let state = opening(chosen.ui || navigator.language);
  let noting: (() => void) | null = null;

  const show = (next: SupervisorState): void => {
    state = next;
    page.state = next;
  };
  const second = (): void => {
    const now = Math.floor(performance.now() / SECOND_MS);
    if (now !== state.now || state.time === "") show(supervise(state, { type: "local.second", now, time: new Date().toTimeString().slice(0, 8) }));
  };
  const report = (message: SupervisorMessage): void => {
    second(); // timers of a hidden tab are late: a line is as old as its message, not as the timer
    show(supervise(state, message));
    if (message.type === "local.open" && state.look !== null) follow(state.look, state.detail?.seq ?? 0);
    if (message.type === "supervisor.note") noting?.();
  };
  const beat = (): void => {
    second();
    scope.after(SECOND_MS, beat);
  };

  wear(chosen.theme);
  document.documentElement.lang = state.language;
  document.title = `${tell(state.language, "title")} – Call Assist`;
  show(state);
  const connection = new Connection<Told | ServerEvent, Request>(scope, {
    url: new URL("feed/supervisor", document.baseURI).href.replace(/^http/, "ws"),
    token: location.hash.replace(/^#token=/, ""), // after the #: it never reaches a log
    ticket: askTicket,
    position: () => null,
    report,
  });
  beat();

  function follow(call: string, since: number): void {
    connection.send({ type: "follow", call_id: call, since });
  }
  function look(call: string | null): void {
    if (call === state.look) return;
    report({ type: "local.look", call });
    if (state.look === null) connection.send({ type: "unfollow" });
    else follow(state.look, 0);
  }
  function note(text: string): void {
    if (state.look === null) return;
    const sent = connection.send({ type: "note", call_id: state.look, text });
    report({ type: "local.note", sent });
    noting?.();
    noting = sent
      ? scope.after(NOTE_MS, () => {
          if (state.note === "sending") report({ type: "local.note", sent: false });
        })
      : null;
  }

  async function logIn(typed: unknown): Promise<void> {
    const refusal = await signIn(typed);
    if (refusal === null) connection.retry();
    else report({ type: "local.sign_in", answer: refusal });
  }

  scope.listen<CustomEvent<unknown>>(page, "sign-in", (event) => void logIn(event.detail));
  scope.listen<CustomEvent<string>>(page, "look", (event) => look(event.detail));
  scope.listen(page, "close", () => look(null));
  scope.listen<CustomEvent<string>>(page, "note", (event) => note(event.detail));
  scope.listen<CustomEvent<string | null>>(page, "team", (event) => report({ type: "local.team", team: event.detail }));
  scope.listen<CustomEvent<Only>>(page, "only", (event) => report({ type: "local.only", only: event.detail }));
  scope.listen<CustomEvent<string>>(page, "search", (event) => report({ type: "local.search", text: event.detail }));
  scope.listen(page, "retry", () => connection.retry());
  return scope;
}

const page = document.querySelector("supervisor-page");
if (page instanceof SupervisorPage) start(page);
