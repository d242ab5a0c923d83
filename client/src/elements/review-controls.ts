import { css, html, LitElement, type TemplateResult } from "lit";
import type { ReviewState } from "../review-state";
import { word } from "../review-strings";
import { CHANNELS, type Channel } from "../state";
import { forms } from "./review-forms";
import { shared } from "./shared";

const RATES = [0.75, 1, 1.25, 1.5, 2] as const;
const STEP_MS = 5000;

/** What plays a recording: `play`, `seek`, `rate`, `skip` and `volume` out. */
export class ReviewControls extends LitElement {
  static override properties = { state: { attribute: false } };
  static override styles = [
    shared,
    forms,
    css`
      :host {
        display: flex;
        flex-wrap: wrap;
        gap: 6px 14px;
        align-items: center;
        color: var(--muted);
      }
      .play {
        min-inline-size: 104px;
        font-weight: 600;
      }
      label {
        display: flex;
        gap: 6px;
        align-items: center;
      }
      input[type="range"] {
        inline-size: 90px;
        padding: 0;
        accent-color: var(--side);
      }
      input[type="checkbox"] {
        min-block-size: 18px;
        inline-size: 18px;
      }
      .agent {
        --side: var(--say);
      }
      .customer {
        --side: var(--risk);
      }
    `,
  ];
  declare state: ReviewState;

  override render(): TemplateResult {
    const { language, playing, at, rate, skips } = this.state;
    return html`<button class="solid play" @click=${() => this.#send("play", null)}><span aria-hidden="true">${playing ? "❚❚" : "►"}</span> ${word(language, playing ? "play.stop" : "play")}</button>
      <button class="solid" aria-label=${word(language, "play.back")} @click=${() => this.#send("seek", at - STEP_MS)}>−5</button>
      <button class="solid" aria-label=${word(language, "play.on")} @click=${() => this.#send("seek", at + STEP_MS)}>+5</button>
      <label
        >${word(language, "play.rate")}
        <select @change=${(event: Event) => this.#send("rate", Number((event.target as HTMLSelectElement).value))}>
          ${RATES.map((one) => html`<option value=${one} ?selected=${one === rate}>${one}×</option>`)}
        </select></label
      >
      <label><input type="checkbox" .checked=${skips} @change=${(event: Event) => this.#send("skip", (event.target as HTMLInputElement).checked)} />${word(language, "play.skip")}</label>
      ${CHANNELS.map((channel) => this.#volume(channel))}`;
  }

  #volume(channel: Channel): TemplateResult {
    const { language, volumes } = this.state;
    return html`<label class=${channel}
      >${word(language, `play.${channel}`)}
      <input type="range" min="0" max="1" step="0.05" .value=${String(volumes[channel])} @input=${(event: Event) => this.#send("volume", { channel, volume: Number((event.target as HTMLInputElement).value) })}
    /></label>`;
  }

  #send(type: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
  }
}

customElements.define("review-controls", ReviewControls);
