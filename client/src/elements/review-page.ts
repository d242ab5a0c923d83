import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { opening, step, type ReviewState } from "../review-state";
import { word, type ReviewKey } from "../review-strings";
import { clock } from "../strings";
import { ReviewCall } from "./review-call";
import "./review-list";
import { shared } from "./shared";
import "./sign-in";

const STEP_MS = 5000;
const LEAP_MS = 10_000;
const KNOWN = [0, 1, 400, 404, 409, 429, 503] as const;
/** Fields into which nothing is typed. */
const MOVED = new Set(["range", "checkbox"]);

/** The whole page: state in; what its parts ask for, out. */
export class ReviewPage extends LitElement {
  static override properties = { state: { attribute: false } };
  static override styles = [
    shared,
    css`
      :host {
        box-sizing: border-box;
        max-inline-size: 1680px;
        min-block-size: 100%;
        margin-inline: auto;
        padding: 10px 16px 12px;
      }
      .top {
        display: flex;
        flex-wrap: wrap;
        gap: 4px 18px;
        align-items: center;
      }
      h1 {
        margin: 0;
        font-size: 18px;
      }
      .told {
        min-block-size: 1lh;
        margin: 0;
        color: var(--muted);
      }
      .trouble {
        display: flex;
        gap: 10px;
        align-items: center;
        margin: 6px 0;
        border-inline-start: 6px solid var(--wait);
        padding: 4px 10px;
        background: var(--surface-2);
      }
      @media (max-width: 479px) {
        :host {
          padding-inline: 10px;
        }
      }
    `,
  ];
  declare state: ReviewState;

  constructor() {
    super();
    this.state = opening("en");
  }

  override render(): TemplateResult {
    const { language, call, failed } = this.state;
    return html`<header class="top">
        <h1>${word(language, "title")}</h1>
        <p class="told" role="status" aria-live="polite" aria-atomic="true">${this.#told()}</p>
      </header>
      <main>
        ${failed === null ? nothing : html`<p class="trouble">⚠ ${word(language, this.#failure(failed))} <button @click=${() => this.#send("retry", null)}>${word(language, "retry")}</button></p>`}
        ${this.#body(call !== null)}
      </main>`;
  }

  #body(reading: boolean): TemplateResult {
    const { language, link, signIn } = this.state;
    if (link === "refused") return html`<sign-in .language=${language} .state=${signIn}></sign-in>`;
    return reading ? html`<review-call .state=${this.state}></review-call>` : html`<review-list .state=${this.state}></review-list>`;
  }

  /** Focus follows what the user did: into the call. */
  protected override updated(changed: PropertyValues<this>): void {
    const before = changed.get("state");
    if (before === undefined || this.state.call === null || before.call?.call.id === this.state.call.call.id) return;
    const call = this.renderRoot.querySelector<ReviewCall>("review-call");
    void call?.updateComplete.then(() => call.focusName());
  }

  /** The keys of a call; without sound they move the moment alone. */
  press(event: KeyboardEvent): void {
    if (this.state.call === null || event.ctrlKey || event.metaKey || event.altKey || types(event)) return;
    if (event.key === " " && presses(event)) return;
    const done = this.#act(event.key.length === 1 ? event.key.toLowerCase() : event.key);
    if (done) event.preventDefault();
  }

  #act(key: string): boolean {
    const { at, wave } = this.state;
    const moves: Readonly<Record<string, number>> = { ArrowLeft: -STEP_MS, ArrowRight: STEP_MS, j: -LEAP_MS, l: LEAP_MS };
    const move = moves[key];
    const mark = key === "[" ? step(this.state, -1) : key === "]" ? step(this.state, 1) : null;
    if (mark !== null) this.#send("choose", mark.id);
    else if (move !== undefined) this.#send("seek", at + move);
    else if ((key === " " || key === "k") && wave !== null) this.#send("play", null);
    else if (key === "Escape") this.#send("back", null);
    else return false;
    return true;
  }

  #told(): string {
    const { language, busy, saved, call, calls, found, link } = this.state;
    if (link === "refused") return word(language, "status.refused");
    if (busy === "list" || busy === "call" || busy === "try") return word(language, "status.loading");
    if (saved) return word(language, "status.saved");
    if (call !== null) return word(language, "status.opened", { id: call.call.id, time: clock(call.call.duration) });
    return found === null ? word(language, "status.calls", { n: calls.length }) : word(language, "status.found", { n: found.length });
  }

  #failure(status: number): ReviewKey {
    const known = KNOWN.find((one) => one === status);
    return known === undefined ? "failed.0" : `failed.${known}`;
  }

  #send(type: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

/** Whether a key belongs to a field, wherever inside the page that stands. */
function types(event: KeyboardEvent): boolean {
  const target = event.composedPath()[0];
  if (target instanceof HTMLInputElement) return !MOVED.has(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}

/** Whether the space bar already means something where the focus is. */
function presses(event: KeyboardEvent): boolean {
  const target = event.composedPath()[0];
  return target instanceof HTMLButtonElement || (target instanceof HTMLInputElement && target.type === "checkbox");
}

customElements.define("review-page", ReviewPage);
