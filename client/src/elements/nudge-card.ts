import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { say, type Language } from "../strings";
import type { View } from "../view";
import { icon, type Icon } from "./icon";
import { shared } from "./shared";

/** The one card: a nudge, or how it stands. Its text is the page's only live region. */
export class NudgeCard extends LitElement {
  static override properties = { view: { attribute: false }, language: { attribute: false } };
  static override styles = [
    shared,
    css`
      :host {
        --sign: var(--border);
        display: grid;
        grid-template-columns: 6px 24px 1fr auto;
        column-gap: 10px;
        min-block-size: 0;
        overflow: hidden;
      }
      :host([hidden]) {
        display: none;
      }
      :host([sign="wait"]) {
        --sign: var(--wait);
      }
      :host([sign="say"]) {
        --sign: var(--say);
      }
      :host([sign="ask"]) {
        --sign: var(--ask);
      }
      :host([sign="risk"]) {
        --sign: var(--risk);
      }
      :host([sign="good"]) {
        --sign: var(--good);
      }
      .bar {
        border-radius: 3px;
        background: var(--sign);
      }
      .icon {
        color: var(--sign);
        padding-block-start: 2px;
      }
      p {
        margin: 0;
      }
      .text {
        font-size: 19px;
        font-weight: 650;
        line-height: 1.22;
        text-wrap: balance;
        overflow-wrap: break-word;
      }
      .quiet .text {
        color: var(--muted);
        font-weight: 500;
      }
      .reason {
        margin-block-start: 2px;
        color: var(--muted);
        font-size: 13px;
      }
      .dismiss {
        align-self: start;
      }
      .chip {
        margin-block-start: 6px;
        font-size: 14px;
      }
      .chip span {
        display: inline-block;
        border: 1px solid var(--border);
        border-radius: 999px;
        padding: 1px 10px;
      }
      @media (prefers-reduced-motion: no-preference) {
        .nudge {
          animation: fade 180ms ease-out;
        }
      }
      @keyframes fade {
        from {
          opacity: 0;
        }
      }
      @media (forced-colors: active) {
        .bar {
          background: Highlight;
        }
      }
      @container (width < 340px) {
        :host {
          column-gap: 5px;
        }
        .text {
          font-size: 17px;
        }
        .dismiss {
          display: none;
        }
      }
      @container (height < 165px) {
        .reason {
          display: none;
        }
      }
    `,
  ];
  declare view: View;
  declare language: Language;

  override willUpdate(): void {
    const { nudge } = this.view;
    if (nudge === null) this.removeAttribute("sign");
    else this.setAttribute("sign", nudge.sign);
  }

  override render(): TemplateResult {
    const { name, nudge, done, text, reason, chip, live } = this.view;
    const sign: Icon = done ? "done" : (nudge?.sign ?? (live ? "listen" : name === "paused" ? "lock" : "note"));
    return html`<div class="bar"></div>
      <div class="icon">${icon(sign)}</div>
      <div class=${nudge === null ? "quiet" : "nudge"}>
        <p class="text" role="status" aria-live="polite" aria-atomic="true">
          ${nudge === null ? nothing : html`<span class="spoken">${say(this.language, `sign.${nudge.sign}`)}: </span>`}${text}
        </p>
        ${reason === "" ? nothing : html`<p class="reason">${reason}</p>`}
        ${chip === "" ? nothing : html`<p class="chip"><span>◇ ${chip}</span></p>`}
      </div>
      ${nudge === null
        ? nothing
        : html`<button class="dismiss" aria-label=${say(this.language, "button.dismiss")} @click=${() => this.#dismiss(nudge.id)}>✕</button>`}`;
  }

  #dismiss(id: string): void {
    this.dispatchEvent(new CustomEvent("dismiss", { detail: id, bubbles: true, composed: true }));
  }
}

customElements.define("nudge-card", NudgeCard);
