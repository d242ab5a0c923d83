import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { guard } from "lit/directives/guard.js";
import type { CueLine, Line, Word } from "../review-answers";
import { chosen, current, type ReviewState } from "../review-state";
import { word } from "../review-strings";
import { clock } from "../strings";
import { shared } from "./shared";

/** What was said, with the time of every word; `seek` out. */
export class ReviewTranscript extends LitElement {
  static override properties = { state: { attribute: false } };
  static override styles = [
    shared,
    css`
      ol {
        margin: 0;
        padding: 0;
        list-style: none;
      }
      .scroll {
        max-block-size: 68vh;
        overflow-y: auto;
        border-radius: 6px;
        background: var(--surface-2);
      }
      .scroll:focus-visible {
        outline: 3px solid var(--focus);
        outline-offset: -3px;
      }
      li {
        display: grid;
        grid-template-columns: 4em 5.6em 1fr;
        gap: 4px;
        align-items: baseline;
        padding: 1px 8px;
        border-inline-start: 4px solid transparent;
      }
      li.now {
        border-inline-start-color: var(--focus);
        background: var(--surface);
      }
      .side {
        font-size: 13px;
        font-weight: 600;
      }
      .agent {
        color: var(--say);
      }
      .customer {
        color: var(--risk);
      }
      .said {
        overflow-wrap: anywhere;
      }
      .word {
        cursor: pointer;
      }
      .word:hover {
        text-decoration: underline;
      }
      mark {
        background: none;
        color: inherit;
        font-weight: 700;
        text-decoration: underline;
      }
      .empty {
        margin: 0;
        padding: 12px;
        color: var(--muted);
      }
      @media (max-width: 479px) {
        li {
          grid-template-columns: 4em 1fr;
        }
        .said {
          grid-column: 1 / -1;
        }
      }
    `,
  ];
  declare state: ReviewState;
  #shown = "";

  override render(): TemplateResult | typeof nothing {
    const { call, language, at } = this.state;
    if (call === null) return nothing;
    if (call.lines.length === 0) return html`<p class="empty">${word(language, "transcript.none")}</p>`;
    const now = current(call, at);
    const cue = chosen(this.state).cue;
    return html`<div class="scroll" tabindex="0" role="region" aria-label=${word(language, "transcript")}>
      <ol>
        ${call.lines.map((line) => guard([line, line === now, cue, language], () => this.#line(line, line === now, cue)))}
      </ol>
    </div>`;
  }

  /** Keep the moment's words in sight. */
  override updated(): void {
    const { call, at } = this.state;
    const now = call === null ? null : current(call, at);
    if (now === null || now.id === this.#shown) return;
    this.#shown = now.id;
    const row = this.renderRoot.querySelector<HTMLElement>("li.now");
    const scroll = this.renderRoot.querySelector<HTMLElement>(".scroll");
    if (row !== null && scroll !== null) scroll.scrollTop = row.offsetTop - scroll.offsetTop - scroll.clientHeight / 3;
  }

  #line(line: Line, now: boolean, cue: CueLine | null): TemplateResult {
    const { language } = this.state;
    const time = clock(line.start);
    return html`<li class=${now ? "now" : ""} aria-current=${now ? "true" : nothing}>
      <button aria-label=${word(language, "transcript.seek", { time })} @click=${() => this.#seek(line.start)}>${time}</button>
      <span class="side ${line.channel}">${word(language, `who.${line.channel}`)}</span>
      <span class="said">${line.words.length === 0 ? line.text : line.words.map((one) => this.#word(line, one, cue))}</span>
    </li>`;
  }

  /** A word; the keyboard reaches it by its utterance, the mouse at once. */
  #word(line: Line, one: Word, cue: CueLine | null): TemplateResult {
    const proof = (cue?.evidence ?? []).some((part) => part.type === "words" && part.channel === line.channel && part.start <= one.start && one.end <= part.end);
    const title = `${(one.start / 1000).toFixed(1)}–${(one.end / 1000).toFixed(1)} s`;
    const text = proof ? html`<mark>${one.text}</mark>` : one.text;
    return html`<span class="word" title=${title} @click=${() => this.#seek(one.start)}>${text}</span> `;
  }

  #seek(at: number): void {
    this.dispatchEvent(new CustomEvent("seek", { detail: at, bubbles: true, composed: true }));
  }
}

customElements.define("review-transcript", ReviewTranscript);
