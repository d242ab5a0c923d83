import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import type { Device, Source } from "../start-state";
import { guide, type StartKey } from "../start-strings";
import type { Language } from "../strings";
import { shared } from "./shared";
import type { Wish } from "./start-page";

/** One side of the call: how it stands, how loud it is, and the button that opens it; `wish` out. */
export class SoundSource extends LitElement {
  static override properties = Object.fromEntries(["side", "source", "level", "heard", "devices", "device", "language"].map((name) => [name, { attribute: false }]));
  static override styles = [
    shared,
    css`
      :host {
        display: grid;
        gap: 8px;
      }
      h2,
      p {
        margin: 0;
      }
      h2 {
        font-size: 15px;
      }
      .bad {
        font-weight: 600;
      }
      .row {
        display: flex;
        flex-wrap: wrap;
        gap: 8px 12px;
        align-items: center;
      }
      button {
        border-color: var(--border);
        color: var(--text);
        font-weight: 650;
        min-block-size: 34px;
        padding-inline: 14px;
      }
      select {
        min-block-size: 30px;
        max-inline-size: 240px;
        border: 1px solid var(--border);
        border-radius: 4px;
        background: var(--surface-2);
        color: var(--text);
        font: inherit;
      }
      select:focus-visible {
        outline: 3px solid var(--focus);
        outline-offset: 1px;
      }
      label {
        display: flex;
        gap: 8px;
        align-items: center;
      }
      .muted {
        color: var(--muted);
      }
      .level {
        display: flex;
        gap: 3px;
      }
      .level span {
        inline-size: 12px;
        block-size: 12px;
        box-sizing: border-box;
        border: 1px solid var(--border);
        border-radius: 2px;
      }
      .level .on {
        background: var(--good);
        border-color: var(--good);
      }
      @media (forced-colors: active) {
        .level .on {
          background: Highlight;
          forced-color-adjust: none;
        }
      }
    `,
  ];
  declare side: "agent" | "customer";
  declare source: Source;
  declare level: number;
  declare heard: boolean;
  declare devices: readonly Device[];
  declare device: string;
  declare language: Language;

  override render(): TemplateResult {
    const part = this.side === "agent" ? "mic" : "tab";
    const status: StartKey = part === "mic" && this.source === "on" && this.heard ? "mic.heard" : `${part}.${this.source}`;
    const bad = !["off", "asking", "on"].includes(this.source);
    return html`<h2>${this.#say(part)}</h2>
      <p role="status" class=${bad ? "bad" : "muted"}>${bad ? "⚠ " : this.source === "on" ? "✓ " : ""}${this.#say(status)}</p>
      <div class="row">
        ${this.#button(part)} ${this.source === "on" ? this.#level(part) : nothing} ${this.devices.length > 1 ? this.#choice() : nothing}
      </div>`;
  }

  #button(part: "mic" | "tab"): TemplateResult | typeof nothing {
    if (part === "mic" && this.source === "on") return nothing;
    const first: StartKey = part === "mic" ? "mic.open" : "tab.share";
    const wish: Wish = { type: part === "mic" ? "microphone" : "tab" };
    return html`<button @click=${() => this.#wish(wish)}>${this.#say(["off", "asking"].includes(this.source) ? first : `${part}.again`)}</button>`;
  }

  #level(part: "mic" | "tab"): TemplateResult {
    return html`<div class="level" role="meter" aria-label=${this.#say(`${part}.level`)} aria-valuemin="0" aria-valuemax="10" aria-valuenow=${this.level}>
      ${Array.from({ length: 10 }, (_, place) => html`<span class=${place < this.level ? "on" : ""}></span>`)}
    </div>`;
  }

  #choice(): TemplateResult {
    return html`<label
      >${this.#say("mic.device")}
      <select @change=${(event: Event) => this.#wish({ type: "device", device: (event.target as HTMLSelectElement).value })}>
        ${this.devices.map((one) => html`<option value=${one.id} ?selected=${one.id === this.device}>${one.name}</option>`)}
      </select></label
    >`;
  }

  #wish(detail: Wish): void {
    this.dispatchEvent(new CustomEvent("wish", { detail, bubbles: true, composed: true }));
  }

  #say(key: StartKey): string {
    return guide(this.language, key);
  }
}

customElements.define("sound-source", SoundSource);
