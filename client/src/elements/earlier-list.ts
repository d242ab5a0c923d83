import { css, html, LitElement, type TemplateResult } from "lit";
import type { Past } from "../state";
import { clock, say, type Language } from "../strings";
import { shared } from "./shared";

/** The last five nudges: when, what, and what became of it. */
export class EarlierList extends LitElement {
  static override properties = { past: { attribute: false }, language: { attribute: false } };
  static override styles = [
    shared,
    css`
      :host {
        overflow-y: auto;
        font-size: 13px;
      }
      ol {
        margin: 0;
        padding: 0;
        list-style: none;
      }
      li {
        display: grid;
        grid-template-columns: 3.2em 1fr auto;
        gap: var(--gap);
        padding-block: 3px;
      }
      .when,
      .outcome,
      .empty {
        color: var(--muted);
      }
    `,
  ];
  declare past: readonly Past[];
  declare language: Language;

  override render(): TemplateResult {
    if (this.past.length === 0) return html`<p class="empty">${say(this.language, "earlier.empty")}</p>`;
    return html`<ol tabindex="0" aria-label=${say(this.language, "earlier.title")}>
      ${this.past.map(
        ({ nudge, outcome }) =>
          html`<li>
            <span class="when">${clock(nudge.at)}</span><span>${nudge.text}</span><span class="outcome">${say(this.language, `outcome.${outcome}`)}</span>
          </li>`,
      )}
    </ol>`;
  }
}

customElements.define("earlier-list", EarlierList);
