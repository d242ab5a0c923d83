import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import type { ReviewState } from "../review-state";
import { word, type ReviewKey } from "../review-strings";
import { CHANNELS } from "../state";
import { forms } from "./review-forms";
import { shared } from "./shared";

const SOUND = "audio/*,video/*,.wav,.mp3,.ogg,.opus,.flac,.m4a,.webm,.gsm,.amr";
const BASIS = "[\\p{L}\\p{N}][\\p{L}\\p{N}_ .:\\/\\-]{0,59}";

/** What somebody brings in. */
export interface Bringing {
  readonly file: File;
  readonly language: string;
  readonly first: string;
  readonly basis: string;
}

/** A recording becomes a call: a form, and how far it is; `bring` out. */
export class ReviewBring extends LitElement {
  static override properties = { state: { attribute: false } };
  static override styles = [
    shared,
    forms,
    css`
      details {
        margin-block-end: 10px;
        border-radius: 6px;
        padding: 4px 12px;
        background: var(--surface-2);
      }
      summary {
        min-block-size: var(--target);
        line-height: var(--target);
        cursor: pointer;
      }
      summary:focus-visible {
        outline: 3px solid var(--focus);
      }
      form {
        display: flex;
        flex-wrap: wrap;
        gap: 8px 14px;
        align-items: end;
        padding-block: 6px 8px;
      }
      label {
        display: grid;
        gap: 2px;
        font-size: 13px;
      }
      input[type="file"] {
        max-inline-size: 100%;
      }
      .far {
        display: flex;
        flex-wrap: wrap;
        gap: 4px 10px;
        align-items: center;
        margin: 0;
        padding-block-end: 8px;
      }
      progress {
        inline-size: 220px;
        accent-color: var(--say);
      }
    `,
  ];
  declare state: ReviewState;

  override render(): TemplateResult {
    const busy = this.#busy();
    return html`<details ?open=${this.state.brought !== null}>
      <summary>${this.#word("bring")}</summary>
      <form @submit=${(event: SubmitEvent) => this.#bring(event)}>
        <label>${this.#word("bring.file")}<input name="file" type="file" accept=${SOUND} required /></label>
        <label
          >${this.#word("bring.language")}<select name="language">
            <option value="en" ?selected=${this.state.language === "en"}>English</option>
            <option value="de" ?selected=${this.state.language === "de"}>Deutsch</option>
          </select></label
        >
        <label
          >${this.#word("bring.first")}<select name="first">
            ${CHANNELS.map((channel) => html`<option value=${channel}>${this.#word(`who.${channel}`)}</option>`)}
          </select></label
        >
        <label>${this.#word("bring.basis")}<input name="basis" maxlength="60" pattern=${BASIS} required title=${this.#word("bring.basis_hint")} /></label>
        <button class="solid" ?disabled=${busy}>${this.#word("bring.send")}</button>
      </form>
      ${this.#far()}
    </details>`;
  }

  #busy(): boolean {
    const { brought } = this.state;
    return brought !== null && ["sending", "waiting", "running"].includes(brought.state);
  }

  #far(): TemplateResult | typeof nothing {
    const { brought, sent } = this.state;
    if (brought === null) return nothing;
    const share = brought.state === "sending" ? sent : brought.done;
    const text = this.#word(`bring.${brought.state}`, { n: Math.floor(share * 100), id: brought.call, text: brought.text });
    return html`<p class="far">${this.#busy() ? html`<progress max="1" .value=${share} aria-label=${text}></progress>` : nothing} ${text}</p>`;
  }

  #bring(event: SubmitEvent): void {
    event.preventDefault();
    const typed = new FormData(event.target as HTMLFormElement);
    const file = typed.get("file");
    if (!(file instanceof File) || this.#busy()) return;
    const text = (name: string): string => String(typed.get(name) ?? "").trim();
    const detail: Bringing = { file, language: text("language"), first: text("first"), basis: text("basis") };
    this.dispatchEvent(new CustomEvent("bring", { detail, bubbles: true, composed: true }));
  }

  #word(key: ReviewKey, values: Readonly<Record<string, string | number>> = {}): string {
    return word(this.state.language, key, values);
  }
}

customElements.define("review-bring", ReviewBring);
