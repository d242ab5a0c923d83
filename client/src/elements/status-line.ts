import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { say, type Language } from "../strings";
import type { View } from "../view";
import { icon } from "./icon";
import { shared } from "./shared";

/** How it stands in a glyph and a few words, and the agent's share of the talk. */
export class StatusLine extends LitElement {
  static override properties = { view: { attribute: false }, language: { attribute: false } };
  static override styles = [
    shared,
    css`
      :host {
        display: flex;
        gap: var(--gap);
        align-items: center;
        font-size: 13px;
      }
      .state {
        flex: 1;
        min-inline-size: 0;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .glyph {
        display: inline-block;
        min-inline-size: 1.2em;
      }
      .talk,
      .watched {
        display: flex;
        gap: 6px;
        align-items: center;
        color: var(--muted);
      }
      .watched {
        gap: 4px;
      }
      .watched svg {
        inline-size: 16px;
        block-size: 16px;
      }
      meter {
        box-sizing: border-box;
        inline-size: 84px;
        block-size: 8px;
        overflow: hidden;
        border: 1px solid var(--border);
        border-radius: 4px;
        background: var(--surface-2);
        appearance: none;
      }
      meter::-webkit-meter-bar {
        grid-row: 1 / 4; /* Chromium's own three rows leave the bar half the height */
        block-size: 6px;
        border: 0;
        border-radius: 0;
        background: none;
      }
      meter::-webkit-meter-optimum-value {
        inset-block-start: 0;
        block-size: 100%;
        background: var(--muted);
      }
      meter::-moz-meter-bar {
        background: var(--muted);
      }
      @container (width < 340px) {
        meter,
        .beside {
          display: none;
        }
      }
      @container (width < 420px) {
        .beside meter {
          display: none;
        }
      }
    `,
  ];
  declare view: View;
  declare language: Language;

  override render(): TemplateResult {
    const { glyph, status, stage, share, shared: watched } = this.view;
    return html`<span class="state"><span class="glyph" aria-hidden="true">${glyph}</span> ${status}${stage && ` · ${stage}`}</span>
      ${share === null
        ? nothing
        : html`<span class="talk ${watched ? "beside" : ""}"
            ><span>${say(this.language, "meter.you")}</span>
            <meter min="0" max="100" .value=${share} aria-label=${say(this.language, "meter.label")}></meter><span>${share} %</span></span
          >`}
      ${watched ? html`<span class="watched" title=${say(this.language, "shared.title")}>${icon("eye")}${say(this.language, "shared")}</span>` : nothing}`;
  }
}

customElements.define("status-line", StatusLine);
