import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { CHANNELS, type Past } from "../state";
import { later } from "../later-strings";
import { clock, say } from "../strings";
import { lateness, share, type Detail, type SupervisorState, type Utterance } from "../supervisor-state";
import { tell } from "../supervisor-strings";
import type { CallSummary } from "../table";
import { faultWord, nameOf } from "./call-table";
import { icon } from "./icon";
import "./note-box";
import { shared } from "./shared";
import { signs } from "./signs";

/** So near to its end the transcript goes on by itself. */
const NEAR_PX = 40;

/** One call: what was said, its stages, its nudges and what became of them; `close` and `note` out. */
export class CallDetail extends LitElement {
  static override properties = { state: { attribute: false } };
  static override styles = [
    shared,
    signs,
    css`
      :host {
        display: flex;
        flex-direction: column;
        min-block-size: 0;
        min-inline-size: 0;
      }
      header {
        display: flex;
        gap: 10px;
        align-items: baseline;
        padding-block-end: 6px;
      }
      h2,
      h3,
      p,
      ol {
        margin: 0;
        padding: 0;
      }
      h2 {
        min-inline-size: 0;
        overflow: hidden;
        font-size: 16px;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      h2:focus-visible,
      ol:focus-visible {
        outline: 3px solid var(--focus);
        outline-offset: -1px;
      }
      h3 {
        padding-block: 10px 4px;
        color: var(--muted);
        font-size: 13px;
        font-weight: 600;
      }
      header button {
        align-self: center;
        margin-inline-start: auto;
      }
      .facts,
      .when,
      .outcome,
      .empty,
      .reason,
      .partial {
        color: var(--muted);
      }
      .body {
        flex: 1;
        min-block-size: 140px;
        overflow-y: auto;
      }
      .body:focus-visible {
        outline: 3px solid var(--focus);
        outline-offset: -3px;
      }
      ol {
        list-style: none;
      }
      .words {
        max-block-size: min(16lh, 34vh);
        overflow-y: auto;
        border: 1px solid color-mix(in srgb, var(--border) 60%, transparent);
        border-radius: 4px;
        padding: 4px 8px;
        background: var(--surface);
      }
      .words li {
        display: grid;
        grid-template-columns: 3.2em 5.4em 1fr;
        gap: 6px;
        padding-block: 2px;
      }
      .side {
        overflow: hidden;
        font-size: 13px;
        font-weight: 600;
        text-overflow: ellipsis;
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
      .stages {
        display: flex;
        flex-wrap: wrap;
        gap: 4px 14px;
      }
      .nudges li {
        display: grid;
        grid-template-columns: 3.2em 18px 1fr auto;
        gap: 8px;
        padding-block: 3px;
      }
      .outcome {
        max-inline-size: 16ch;
        text-align: end;
      }
      .reason {
        display: block;
        font-size: 13px;
      }
      .notes li {
        padding-block: 3px;
        overflow-wrap: anywhere;
        white-space: pre-wrap;
      }
      .notes .when {
        display: block;
        font-size: 13px;
      }
      note-box {
        padding-block-start: 10px;
      }
      .private {
        padding-block: 24px;
        text-align: center;
      }
      @container (width < 420px) {
        .words li {
          grid-template-columns: 3.2em 1fr;
        }
        .said {
          grid-column: 1 / -1;
        }
      }
    `,
  ];
  declare state: SupervisorState;
  #follows = true;

  override render(): TemplateResult {
    const { language, looked, detail } = this.state;
    if (looked === null || detail === null) return html`<p class="private empty">${tell(language, "detail.empty")}</p>`;
    return html`<header>
        <h2 id="name" tabindex="-1">${nameOf(language, looked)}</h2>
        <span class="facts">${this.#facts(looked)}</span>
        <button aria-label=${tell(language, "detail.close")} @click=${() => this.#send("close")}>✕</button>
      </header>
      <div class="body" tabindex="0" role="group" aria-labelledby="name">${looked.paused ? html`<p class="private">❚❚ ${tell(language, "detail.private")}</p>` : this.#body(looked, detail)}</div>
      ${looked.ended ? html`<p class="empty">■ ${tell(language, "detail.ended")}</p>` : html`<note-box .note=${this.state.note} .language=${language}></note-box>`}`;
  }

  /** Put the focus on the call's name; only after the user's own action. */
  focusName(): void {
    this.renderRoot.querySelector<HTMLElement>("h2")?.focus();
  }

  override willUpdate(): void {
    const words = this.#words();
    this.#follows = words === null || words.scrollHeight - words.scrollTop - words.clientHeight < NEAR_PX;
  }

  override updated(): void {
    const words = this.#words();
    if (words !== null && this.#follows) words.scrollTop = words.scrollHeight;
  }

  #words(): HTMLElement | null {
    return this.renderRoot.querySelector<HTMLElement>(".words");
  }

  #facts(call: CallSummary): string {
    const { language } = this.state;
    const talk = call.paused ? null : share(call);
    return [clock(call.at), talk === null ? "" : `${tell(language, "column.talk")} ${talk} %`, call.team].filter((fact) => fact !== "").join(" · ");
  }

  #body(call: CallSummary, detail: Detail): TemplateResult {
    const { language } = this.state;
    return html`<h3 id="transcript">${tell(language, "transcript.title")}</h3>
      ${detail.lines.length === 0
        ? html`<p class="empty">${tell(language, call.words ? "transcript.empty" : "transcript.off")}</p>`
        : html`<ol class="words" tabindex="0" aria-labelledby="transcript">${detail.lines.map((line) => this.#line(line))}</ol>`}
      <h3>${tell(language, "nudges.title")}</h3>
      ${detail.nudges.length === 0 ? html`<p class="empty">${tell(language, "nudges.empty")}</p>` : html`<ol class="nudges">${[...detail.nudges].reverse().map((past) => this.#nudge(past))}</ol>`}
      <h3>${tell(language, "stages.title")}</h3>
      ${detail.stages.length === 0
        ? html`<p class="empty">${tell(language, "stages.empty")}</p>`
        : html`<ol class="stages">${detail.stages.map(({ stage, at }) => html`<li><span class="when">${clock(at)}</span> ${say(language, `stage.${stage}`)}</li>`)}</ol>`}
      <h3>${tell(language, "audio.title")}</h3>
      ${this.#audio(call, detail)}
      ${detail.notes.length === 0
        ? nothing
        : html`<h3>${tell(language, "notes.title")}</h3>
            <ol class="notes">${detail.notes.map((note) => html`<li><span class="when">${tell(language, "notes.by", { time: clock(note.at), who: note.author })}</span>${note.text}</li>`)}</ol>`}`;
  }

  #line(line: Utterance): TemplateResult {
    return html`<li>
      <span class="when">${clock(line.start)}</span><span class="side ${line.channel}">${tell(this.state.language, `who.${line.channel}`)}</span><span class="said ${line.final ? "" : "partial"}">${line.text}</span>
    </li>`;
  }

  #nudge({ nudge, outcome, verdict }: Past): TemplateResult {
    const { language } = this.state;
    return html`<li>
      <span class="when">${clock(nudge.at)}</span>
      <span class="sign ${nudge.sign}">${icon(nudge.sign)}</span>
      <span><span class="spoken">${say(language, `sign.${nudge.sign}`)}: </span>${nudge.text}<span class="reason">${nudge.reason}</span></span>
      <span class="outcome">${later(language, `outcome.${outcome}`)}${verdict === null ? nothing : html`, ${tell(language, `verdict.${verdict}`)}`}</span>
    </li>`;
  }

  #audio(call: CallSummary, detail: Detail): TemplateResult {
    const { language } = this.state;
    const lost = CHANNELS.filter((side) => detail.lost[side] > 0).map((side) => `${tell(language, `who.${side}`)}: ${tell(language, "audio.lost", { n: (detail.lost[side] / 1000).toFixed(1) })}`);
    const late = lateness(call);
    const facts = [...call.faults.map((fault) => faultWord(language, fault)), ...(late > 0 ? [tell(language, "row.behind", { n: late })] : []), ...lost];
    if (facts.length === 0) return html`<p class="empty">${tell(language, "audio.fine")}</p>`;
    return html`<ol>${facts.map((fact) => html`<li>⚠ ${fact}</li>`)}</ol>`;
  }

  #send(type: string): void {
    this.dispatchEvent(new CustomEvent(type, { bubbles: true, composed: true }));
  }
}

customElements.define("call-detail", CallDetail);
