import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import type { Review } from "../review-answers";
import type { ReviewState } from "../review-state";
import { word, type ReviewKey } from "../review-strings";
import { clock } from "../strings";
import "./review-card";
import "./review-controls";
import { forms } from "./review-forms";
import "./review-lanes";
import "./review-transcript";
import "./review-what-if";
import "./review-why";
import { shared } from "./shared";

export const FORMATS = ["html", "json", "csv", "vtt", "labels"] as const;

/** One call: its moment, its lanes, its words and the reasons; `back`, `export`, `suppressed` and `seek` out. */
export class ReviewCall extends LitElement {
  static override properties = { state: { attribute: false } };
  static override styles = [
    shared,
    forms,
    css`
      header,
      .moment,
      .saves {
        display: flex;
        flex-wrap: wrap;
        gap: 6px 14px;
        align-items: center;
      }
      .saves {
        gap: 4px;
        margin-inline-start: auto;
        color: var(--muted);
        font-size: 13px;
      }
      h2 {
        margin: 0;
        overflow-wrap: anywhere;
        font-size: 16px;
      }
      h2:focus-visible {
        outline: 3px solid var(--focus);
      }
      .facts,
      .note,
      .moment {
        color: var(--muted);
      }
      .note {
        margin: 0;
        padding-block: 4px;
        font-size: 13px;
      }
      .moment {
        padding-block: 8px;
      }
      .moment input[type="range"] {
        flex: 1;
        min-inline-size: 160px;
        padding: 0;
        accent-color: var(--say);
      }
      .check {
        display: flex;
        gap: 6px;
        align-items: center;
        min-block-size: var(--target);
      }
      .check input {
        min-block-size: 18px;
        inline-size: 18px;
      }
      .panes {
        display: grid;
        grid-template-columns: minmax(0, 3fr) minmax(320px, 2fr);
        gap: 12px;
        padding-block: 12px;
      }
      .side {
        display: grid;
        gap: 12px;
        align-content: start;
      }
      @media (max-width: 899px) {
        .panes {
          grid-template-columns: minmax(0, 1fr);
        }
      }
    `,
  ];
  declare state: ReviewState;

  override render(): TemplateResult | typeof nothing {
    const { call, suppressed, wave } = this.state;
    if (call === null) return nothing;
    return html`<header>
        <button class="solid" @click=${() => this.#send("back", null)}>← ${this.#word("back")}</button>
        <h2 id="call" tabindex="-1">${this.#word("call.title", { id: call.call.id })}</h2>
        <span class="facts">${this.#facts(call)}</span>
        <span class="saves" role="group" aria-label=${this.#word("export.title")}
          >${this.#word("export.title")} ${FORMATS.map((format) => html`<button class="solid" @click=${() => this.#send("export", format)}>${this.#word(`export.${format}`)}</button>`)}</span
        >
      </header>
      <p class="note">${call.words === "kept" ? nothing : html`⚠ ${this.#word(`words.${call.words}`)} `}${this.#word(wave === null ? "sound.none" : "play.keys")} ${this.#word("moment.keys")}</p>
      ${wave === null ? nothing : html`<review-controls .state=${this.state}></review-controls>`} ${this.#moment(call)}
      <review-lanes .state=${this.state}></review-lanes>
      <label class="check"><input type="checkbox" .checked=${suppressed} @change=${(event: Event) => this.#send("suppressed", (event.target as HTMLInputElement).checked)} />${this.#word("lane.suppressed")}</label>
      <div class="panes">
        <review-transcript .state=${this.state}></review-transcript>
        <div class="side"><review-why .state=${this.state}></review-why><review-card .state=${this.state}></review-card><review-what-if .state=${this.state}></review-what-if></div>
      </div>`;
  }

  /** Put the focus on the call's name; only after the user's own action. */
  focusName(): void {
    this.renderRoot.querySelector<HTMLElement>("h2")?.focus();
  }

  /** Where in the call; the player of a recording belongs beside it. */
  #moment(call: Review): TemplateResult {
    const { at } = this.state;
    const time = this.#word("moment.of", { at: clock(at), end: clock(call.call.duration) });
    return html`<div class="moment">
      <label for="at">${this.#word("moment")}</label>
      <input id="at" type="range" min="0" max=${Math.max(call.call.duration, 1)} step="100" .value=${String(at)} aria-valuetext=${time} @input=${(event: Event) => this.#send("seek", Number((event.target as HTMLInputElement).value))} />
      <span>${time}</span>
    </div>`;
  }

  #facts(call: Review): string {
    const { agent, team, started_at, duration, playbook } = call.call;
    const when = started_at === 0 ? "" : new Date(started_at).toLocaleString(this.state.language === "de" ? "de-DE" : "en-GB", { dateStyle: "medium", timeStyle: "short" });
    return [when, clock(duration), agent, team, playbook].filter((fact) => fact !== "").join(" · ");
  }

  #word(key: ReviewKey, values: Readonly<Record<string, string | number>> = {}): string {
    return word(this.state.language, key, values);
  }

  #send(type: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
  }
}

customElements.define("review-call", ReviewCall);
