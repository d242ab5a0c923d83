import type { Bringing } from "./elements/review-bring";
import type { Answer } from "./review-answers";
import { chosenBefore, wear } from "./chosen";
import { bring } from "./review-bringing";
import { address, Link, OK, type Asked, type Failure } from "./review-link";
import { Listening } from "./review-listening";
import { opening, reduce, type Card, type Filters, type ReviewMessage, type ReviewState, type Verdict } from "./review-state";
import { word } from "./review-strings";
import { Scope } from "./scope";
import { signIn } from "./signing";
import type { Channel } from "./state";
import { ReviewPage } from "./elements/review-page";

const DAY_MS = 86_400_000;
/** So long the address waits for the moment to rest. */
const REST_MS = 300;
const SUFFIXES: Readonly<Record<string, string>> = { json: "json", csv: "csv", vtt: "vtt", html: "html", labels: "calls.jsonl" };

/** What the server is asked about calls: the filters that say something, days as the moments at which they begin and end here. */
function asked(filters: Filters): Asked {
  const { query, cue, stage, outcome, since, until } = filters;
  const told: Record<string, string | number> = {};
  for (const [name, value] of Object.entries({ query, cue, stage, outcome })) if (value !== "") told[name] = value;
  if (since !== "") told["since"] = Math.max(0, new Date(`${since}T00:00`).getTime());
  if (until !== "") told["until"] = Math.max(0, new Date(`${until}T00:00`).getTime() + DAY_MS);
  return told;
}

/** Wires the page: one state, one scope, one way to the server. */
function start(page: ReviewPage): Scope {
  const scope = new Scope();
  const server = new Link(location.hash.replace(/^#token=/, "")); // after the #: it never reaches a log
  const linked = new URLSearchParams(location.search);
  const chosen = chosenBefore();
  let state: ReviewState = opening(chosen.ui || navigator.language);
  let latest = 0;
  let writing: (() => void) | null = null;
  let again: () => void = () => void list();

  const report = (message: ReviewMessage): void => {
    state = reduce(state, message);
    if (state.call === null) listening.close();
    page.state = state;
  };

  const listening = new Listening(scope, server, report);
  const ask = (name: string, body: Asked): Promise<Answer | Failure> => server.ask(name, body);
  /** Tell the page an answer, unless a later question has made it old. */
  function take(answer: Answer | Failure, number: number): void {
    if (number !== latest) return;
    report(answer.type === "failure" ? { type: "local.failed", status: answer.status } : answer);
  }
  const about = (call: string): Asked => ({ call, ...(state.reason === "" ? {} : { reason: state.reason }) });
  const sought = (after = ""): [string, Asked] => {
    const more = after === "" ? {} : { after };
    if (state.filters.query === "") return ["calls", { ...asked(state.filters), ...more }];
    return ["search", { ...asked(state.filters), ...more, ...(state.reason === "" ? {} : { reason: state.reason }) }];
  };

  async function list(): Promise<void> {
    again = () => void list();
    report({ type: "local.asking", about: "list" });
    const number = ++latest;
    take(await ask(...sought()), number);
  }
  async function more(): Promise<void> {
    again = () => void more();
    report({ type: "local.asking", about: "list" });
    const number = ++latest;
    const answer = await ask(...sought(state.after));
    if (number !== latest) return;
    if (answer.type === "calls" || answer.type === "found") report({ type: "local.more", answer });
    else take(answer, number);
  }
  async function open(call: string, at: number): Promise<void> {
    again = () => void open(call, at);
    report({ type: "local.seek", at });
    report({ type: "local.asking", about: "call" });
    const number = ++latest;
    const answer = await ask("open", about(call));
    take(answer, number);
    if (answer.type !== "review" || number !== latest) return;
    remember();
    if (answer.words !== "consent") void listening.open(state, about(call));
    if (answer.words !== "kept") return;
    const books = await ask("playbooks", about(call));
    if (books.type === "playbooks" && state.call?.call.id === call) report(books);
  }
  async function judge(cue: string, verdict: Verdict): Promise<void> {
    if (state.call === null) return;
    again = () => void judge(cue, verdict);
    const answer = await ask("verdict", { ...about(state.call.call.id), cue, verdict });
    report(answer.type === "failure" ? { type: "local.failed", status: answer.status } : { type: "local.judged", cue, verdict });
  }
  async function note(said: { readonly text: string; readonly cue: string; readonly at: number }, id: string = newId()): Promise<void> {
    if (state.call === null) return;
    again = () => void note(said, id);
    report({ type: "local.asking", about: "note" });
    const answer = await ask("note", { ...about(state.call.call.id), id, ...said });
    if (answer.type === "kept") report({ type: "local.noted", note: { id: answer.id, ...said } });
    else report({ type: "local.failed", status: answer.type === "failure" ? answer.status : 0 });
  }
  async function tried(playbook: string): Promise<void> {
    if (state.call === null) return;
    again = () => void tried(playbook);
    report({ type: "local.asking", about: "try" });
    const number = ++latest;
    take(await ask("what-if", { ...about(state.call.call.id), playbook }), number);
  }
  async function save(format: string): Promise<void> {
    if (state.call === null) return;
    again = () => void save(format);
    const { id } = state.call.call;
    const answer = await server.send("export", { ...about(id), format }).catch(() => null);
    if (answer?.status !== OK) return report({ type: "local.failed", status: answer?.status ?? 0 });
    const here = URL.createObjectURL(await answer.blob());
    const link = document.createElement("a");
    link.href = here;
    link.download = `call-${id.replace(/[^\w.-]/g, "_")}.${SUFFIXES[format] ?? format}`;
    link.click();
    URL.revokeObjectURL(here);
  }
  async function card(said: Card): Promise<void> {
    if (state.call === null) return;
    again = () => void card(said);
    const answer = await ask("card", { ...about(state.call.call.id), ...said });
    report(answer.type === "failure" ? { type: "local.failed", status: answer.status } : { type: "local.carded", card: said });
  }
  async function assign(call: string, reviewer: string, on: boolean): Promise<void> {
    again = () => void assign(call, reviewer, on);
    const answer = await ask("assign", { call, reviewer, on });
    report(answer.type === "failure" ? { type: "local.failed", status: answer.status } : { type: "local.assigned", call, reviewer, on });
  }
  async function brought(wanted: Bringing): Promise<void> {
    again = () => void brought(wanted);
    const call = await bring(scope, server, wanted, report);
    if (call !== "" && state.call === null) await open(call, 0);
  }
  async function enter(): Promise<void> {
    const answer = await fetch(address("api/me"), { headers: server.headers }).catch(() => null);
    if (answer?.status !== OK) return report({ type: "local.failed", status: answer?.status ?? 0 });
    const me = (await answer.json()) as { readonly roles: readonly string[]; readonly local?: boolean };
    report({ type: "local.me", asksReason: me.local !== true && me.roles.includes("reviewer"), brings: me.roles.includes("agent") });
    await list();
    await follow();
  }
  /** Open the call of the address, once there is a reason where one is asked for. */
  async function follow(): Promise<void> {
    const call = linked.get("call");
    if (call === null || (state.asksReason && state.reason === "")) return;
    linked.delete("call");
    await open(call, seconds(linked.get("t")) * 1000);
  }
  async function logIn(typed: unknown): Promise<void> {
    const refusal = await signIn(typed);
    if (refusal === null) await enter();
    else report({ type: "local.sign_in", answer: refusal });
  }

  /** Write call and moment into the address, so that it can be sent to somebody. */
  function remember(): void {
    writing?.();
    writing = scope.after(REST_MS, () => {
      const { call, at } = state;
      const query = call === null ? "" : `?${new URLSearchParams({ call: call.call.id, t: String(Math.floor(at / 1000)) })}`;
      history.replaceState(null, "", `${location.pathname}${query}${location.hash}`);
    });
  }
  const seek = (at: number): void => {
    report({ type: "local.seek", at });
    listening.seek(state.at);
    remember();
  };
  const choose = (id: string): void => {
    report({ type: "local.choose", id });
    listening.seek(state.at);
    remember();
  };
  const play = (): void => {
    listening.toggle(state.at);
    remember();
  };
  const back = (): void => {
    latest += 1; // an answer that is under way is no longer wanted
    report({ type: "local.back" });
    remember();
  };

  wear(chosen.theme);
  document.documentElement.lang = state.language;
  document.title = `${word(state.language, "title")} – Call Assist`;
  page.state = state;

  scope.listen<CustomEvent<Filters>>(page, "filters", (event) => {
    report({ type: "local.filters", filters: event.detail });
    void list().then(follow);
  });
  scope.listen<CustomEvent<string>>(page, "reason", (event) => report({ type: "local.reason", reason: event.detail }));
  scope.listen(page, "more", () => void more());
  scope.listen<CustomEvent<{ call: string; at: number }>>(page, "open", (event) => void open(event.detail.call, event.detail.at));
  scope.listen<CustomEvent<number>>(page, "seek", (event) => seek(event.detail));
  scope.listen<CustomEvent<string>>(page, "choose", (event) => choose(event.detail));
  scope.listen<CustomEvent<boolean>>(page, "suppressed", (event) => report({ type: "local.suppressed", shown: event.detail }));
  scope.listen(page, "back", back);
  scope.listen<CustomEvent<{ cue: string; verdict: Verdict }>>(page, "judge", (event) => void judge(event.detail.cue, event.detail.verdict));
  scope.listen<CustomEvent<{ text: string; cue: string; at: number }>>(page, "note", (event) => void note(event.detail));
  scope.listen<CustomEvent<string>>(page, "export", (event) => void save(event.detail));
  scope.listen<CustomEvent<string>>(page, "try", (event) => void tried(event.detail));
  scope.listen<CustomEvent<unknown>>(page, "sign-in", (event) => void logIn(event.detail));
  scope.listen(page, "play", play);
  scope.listen<CustomEvent<number>>(page, "rate", (event) => listening.rate(event.detail));
  scope.listen<CustomEvent<boolean>>(page, "skip", (event) => listening.skip(event.detail));
  scope.listen<CustomEvent<{ channel: Channel; volume: number }>>(page, "volume", (event) => listening.volume(event.detail.channel, event.detail.volume));
  scope.listen<CustomEvent<Card>>(page, "card", (event) => void card(event.detail));
  scope.listen<CustomEvent<string>>(page, "reviewer", (event) => report({ type: "local.reviewer", reviewer: event.detail }));
  scope.listen<CustomEvent<{ call: string; reviewer: string; on: boolean }>>(page, "assign", (event) => void assign(event.detail.call, event.detail.reviewer, event.detail.on));
  scope.listen<CustomEvent<Bringing>>(page, "bring", (event) => void brought(event.detail));
  scope.listen(page, "retry", () => again());
  scope.listen<KeyboardEvent>(window, "keydown", (event) => page.press(event));
  void enter();
  return scope;
}

/** A new name for a note: a question asked twice keeps one note. */
function newId(): string {
  return crypto.getRandomValues(new Uint32Array(4)).join("-").slice(0, 64);
}

function seconds(text: string | null): number {
  const found = Number(text ?? 0);
  return Number.isFinite(found) ? found : 0;
}

const page = document.querySelector("review-page");
if (page instanceof ReviewPage) start(page);
