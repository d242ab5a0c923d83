import { css, html, LitElement, type TemplateResult } from "lit";
import type { SupervisorNote } from "../events";
import type { Past, Verdict } from "../state";
import { later } from "../later-strings";
import { clock, say, type Language } from "../strings";
import type { Judged } from "./assist-overlay";
import { shared } from "./shared";

/** A nudge that was on the card, or words from a supervisor. */
export type Earlier = Past | SupervisorNote;

const VERDICTS: readonly Verdict[] = ["helpful", "not_now", "wrong"];

/** The last five: when, what, and what became of it or who wrote it; `judge` out. */
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
        overflow-wrap: anywhere;
      }
      .when,
      .muted,
      .empty {
        color: var(--muted);
      }
      .muted {
        max-inline-size: 10em;
      }
      .votes {
        display: flex;
        flex-wrap: wrap;
        grid-column: 2 / 4;
        margin-inline-start: -7px;
      }
      [aria-pressed="true"] {
        color: var(--text);
        font-weight: 650;
      }
    `,
  ];
  declare past: readonly Earlier[];
  declare language: Language;

  override render(): TemplateResult {
    const { past, language } = this;
    if (past.length === 0) return html`<p class="empty">${later(language, "earlier.empty")}</p>`;
    return html`<ol tabindex="0" aria-label=${later(language, "earlier.title")}>
      ${past.map((one) => ("nudge" in one ? this.#nudge(one) : this.#note(one)))}
    </ol>`;
  }

  #nudge({ nudge, outcome, verdict }: Past): TemplateResult {
    return html`<li>
      <span class="when">${clock(nudge.at)}</span><span>${nudge.text}</span><span class="muted">${later(this.language, `outcome.${outcome}`)}</span>
      <span class="votes" role="group" aria-label=${later(this.language, "verdict.title")}>
        ${VERDICTS.map((one) => this.#vote({ id: nudge.id, verdict: one }, one === verdict))}
      </span>
    </li>`;
  }

  #note(note: SupervisorNote): TemplateResult {
    return html`<li>
      <span class="when">${clock(note.at)}</span><span>✉ ${note.text}</span><span class="muted">${later(this.language, "note.by", { who: note.author })}</span>
    </li>`;
  }

  #vote(judged: Judged, chosen: boolean): TemplateResult {
    return html`<button aria-pressed=${chosen} @click=${() => this.#judge(judged)}>
      ${chosen ? "✓ " : ""}${say(this.language, `verdict.${judged.verdict}`)}
    </button>`;
  }

  #judge(detail: Judged): void {
    this.dispatchEvent(new CustomEvent("judge", { detail, bubbles: true, composed: true }));
  }
}

customElements.define("earlier-list", EarlierList);
