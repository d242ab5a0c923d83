import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import type { Call, Channel } from "../state";
import { later } from "../later-strings";
import type { Language } from "../strings";
import { shared } from "./shared";

const SIDES: readonly Channel[] = ["customer", "agent"];

/** Who speaks, and the last words of both sides: seen only where there is room. */
export class LastWords extends LitElement {
  static override properties = { call: { attribute: false }, language: { attribute: false } };
  static override styles = [
    shared,
    css`
      :host {
        overflow: hidden;
        border-block-start: 1px solid var(--border);
        padding-block-start: 12px;
        font-size: 15px;
      }
      dl {
        display: grid;
        grid-template-columns: max-content 1fr;
        gap: 6px 12px;
        margin: 0;
      }
      dt {
        color: var(--muted);
        white-space: nowrap;
      }
      dd {
        margin: 0;
      }
      .dot {
        display: inline-block;
        inline-size: 1.1em;
        color: var(--border);
      }
      .on {
        color: var(--text);
      }
    `,
  ];
  declare call: Call;
  declare language: Language;

  override render(): TemplateResult {
    return html`<dl aria-label=${later(this.language, "words.title")}>${SIDES.map((side) => this.#side(side))}</dl>`;
  }

  #side(side: Channel): TemplateResult {
    const speaks = this.call.speaking[side] !== null;
    return html`<dt>
        <span class=${speaks ? "dot on" : "dot"} aria-hidden="true">${speaks ? "●" : "○"}</span>${later(this.language, `words.${side}`)}
        ${speaks ? html`<span class="spoken">${later(this.language, "words.speaking")}</span>` : nothing}
      </dt>
      <dd>${this.call.lines[side]?.text ?? "–"}</dd>`;
  }
}

customElements.define("last-words", LastWords);
