import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import type { CueLine, NudgeLine, Review } from "../review-answers";
import { chosen, nameOf, type ReviewState, type Verdict } from "../review-state";
import { coded, word, type ReviewKey } from "../review-strings";
import { clock } from "../strings";
import { forms, panel } from "./review-forms";
import { shared } from "./shared";

const VERDICTS: readonly Verdict[] = ["right", "wrong", "late"];
const LONGEST = 2000;

/** Why a cue was noticed and what became of it, with one's own verdict and note; `seek`, `judge` and `note` out. */
export class ReviewWhy extends LitElement {
  static override properties = { state: { attribute: false } };
  static override styles = [
    shared,
    forms,
    panel,
    css`
      h3 {
        margin: 0;
        padding-block: 10px 4px;
        color: var(--muted);
        font-size: 13px;
      }
      p,
      ul {
        margin: 0;
        padding: 0;
        list-style: none;
      }
      li,
      dd {
        overflow-wrap: anywhere;
      }
      dl {
        display: grid;
        grid-template-columns: auto 1fr;
        gap: 3px 12px;
        margin: 0;
        padding-block-start: 8px;
      }
      dt {
        color: var(--muted);
      }
      dd {
        margin: 0;
      }
      .muted {
        color: var(--muted);
      }
      .verdicts {
        display: flex;
        flex-wrap: wrap;
        gap: 8px;
      }
      form {
        display: grid;
        gap: 6px;
        justify-items: start;
        padding-block-start: 10px;
      }
      .note {
        padding-block: 3px;
        white-space: pre-wrap;
      }
    `,
  ];
  declare state: ReviewState;

  override render(): TemplateResult | typeof nothing {
    const { call } = this.state;
    if (call === null) return nothing;
    const { cue, nudge } = chosen(this.state);
    return html`<h2>${this.#word("why")}</h2>
      ${cue === null && nudge === null ? html`<p class="muted">${this.#word("why.none")}</p>` : this.#why(call, cue, nudge)} ${this.#notes(call)} ${call.words === "kept" ? this.#form(cue) : nothing}`;
  }

  /** What was typed is about one cue, and gone once it is kept. */
  override willUpdate(changed: Map<string, unknown>): void {
    const before = changed.get("state") as ReviewState | undefined;
    const area = this.renderRoot?.querySelector("textarea");
    if (area && before && (before.chosen !== this.state.chosen || (before.busy === "note" && this.state.saved))) area.value = "";
  }

  #why(call: Review, cue: CueLine | null, nudge: NudgeLine | null): TemplateResult {
    const name = nameOf(call.names, cue?.cue ?? nudge?.cue ?? "", this.state.language);
    return html`<p><strong>${name}</strong></p>
      ${nudge === null ? nothing : this.#nudge(nudge)} ${cue === null ? nothing : html`${this.#evidence(cue)} ${this.#facts(cue, nudge)} ${this.#verdict(call, cue)}`}`;
  }

  #nudge(nudge: NudgeLine): TemplateResult {
    const sign = nudge.sign === null ? "" : `${this.#word(`sign.${nudge.sign}`)}: `;
    return html`<p>${this.#word("why.nudge")} – ${sign}${nudge.text}</p>
      ${nudge.reason === "" ? nothing : html`<p class="muted">${nudge.reason}</p>`}`;
  }

  #evidence(cue: CueLine): TemplateResult {
    return html`<ul>
      ${cue.evidence.map((part) => {
        if (part.type === "number") return html`<li>${this.#word("why.number", { name: part.name.replace(/_ms$/, "").replaceAll("_", " "), ...values(part.name, part.value, part.threshold) })}</li>`;
        const time = `${(part.start / 1000).toFixed(1)}–${(part.end / 1000).toFixed(1)} s`;
        const who = this.#word(`who.${part.channel}`);
        return html`<li>${this.#word(part.text === "" ? "why.heard_silent" : "why.heard", { who, time, text: part.text })}</li>`;
      })}
    </ul>`;
  }

  #facts(cue: CueLine, nudge: NudgeLine | null): TemplateResult {
    const { language } = this.state;
    const after = (at: number): string => this.#word("why.after", { time: clock(at), n: (Math.max(0, at - cue.end) / 1000).toFixed(1) });
    const facts: readonly (readonly [ReviewKey, string])[] = [
      ["why.when", `${clock(cue.start)}–${clock(cue.end)}`],
      ["why.noticed", after(cue.at)],
      ...(nudge === null ? [] : ([["why.shown", `${after(nudge.at)}, ${this.#word(`outcome.${nudge.outcome}`)}`]] as const)),
      ...(nudge?.verdict == null ? [] : ([["why.agent", this.#word(`answer.${nudge.verdict}`)]] as const)),
      ...(cue.suppressed === "" ? [] : ([["why.hidden", coded(language, "hidden", cue.suppressed)]] as const)),
      ...(cue.state === "cleared" ? ([["why.over", coded(language, "over", cue.reason)]] as const) : []),
      ["why.rule", cue.rule],
      ...(cue.playbook === "" ? [] : ([["why.playbook", cue.playbook], ["why.sure", cue.confidence.toFixed(2)]] as const)),
    ];
    return html`<dl>${facts.map(([key, text]) => html`<dt>${this.#word(key)}</dt><dd>${text}</dd>`)}</dl>`;
  }

  #verdict(call: Review, cue: CueLine): TemplateResult | typeof nothing {
    if (call.words === "consent" || cue.playbook === "") return nothing;
    const own = cue.verdicts.find((one) => one.author === call.me)?.verdict;
    const others = cue.verdicts.filter((one) => one.author !== call.me);
    return html`<h3 id="verdict">${this.#word("verdict")}</h3>
      <div class="verdicts" role="group" aria-labelledby="verdict">
        ${VERDICTS.map((verdict) => html`<button class="solid" aria-pressed=${own === verdict} @click=${() => this.#send("judge", { cue: cue.id, verdict })}>${this.#word(`verdict.${verdict}`)}</button>`)}
      </div>
      ${others.length === 0 ? nothing : html`<ul class="muted">${others.map((one) => html`<li>${this.#word("verdict.by", { who: one.author, verdict: this.#word(`verdict.${one.verdict}`) })}</li>`)}</ul>`}`;
  }

  #notes(call: Review): TemplateResult | typeof nothing {
    if (call.notes.length === 0) return nothing;
    return html`<h3>${this.#word("notes")}</h3>
      <ul>
        ${call.notes.map((note) => html`<li class="note"><button aria-label=${this.#word("transcript.seek", { time: clock(note.at) })} @click=${() => this.#send("seek", note.at)}>${clock(note.at)}</button> ${note.author}${note.cue === "" ? nothing : html` · ${nameOf(call.names, call.cues.find((cue) => cue.id === note.cue)?.cue ?? note.cue, this.state.language)}`}: ${note.text}</li>`)}
      </ul>`;
  }

  #form(cue: CueLine | null): TemplateResult {
    const { at, busy } = this.state;
    const label = cue === null ? this.#word("note.label_moment", { time: clock(at) }) : this.#word("note.label");
    return html`<form @submit=${(event: Event) => this.#note(event, cue)} @keydown=${(event: KeyboardEvent) => (event.key === "Enter" && (event.ctrlKey || event.metaKey) ? this.#note(event, cue) : undefined)}>
      <label for="note">${label}</label>
      <textarea id="note" rows="2" maxlength=${LONGEST} required></textarea>
      <button class="solid" ?disabled=${busy === "note"}>${this.#word("note.save")}</button>
    </form>`;
  }

  #note(event: Event, cue: CueLine | null): void {
    event.preventDefault();
    const text = this.renderRoot.querySelector("textarea")?.value.trim() ?? "";
    if (text === "" || this.state.busy === "note") return;
    this.#send("note", { text, cue: cue?.id ?? "", at: cue?.start ?? this.state.at });
  }

  #word(key: ReviewKey, values: Readonly<Record<string, string | number>> = {}): string {
    return word(this.state.language, key, values);
  }

  #send(type: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
  }
}

/** A number and its threshold, times in seconds. */
function values(name: string, value: number, threshold: number): { value: string; threshold: string } {
  const written = (number: number): string => (name.endsWith("_ms") ? `${(number / 1000).toFixed(1)} s` : String(Math.round(number * 100) / 100));
  return { value: written(value), threshold: written(threshold) };
}

customElements.define("review-why", ReviewWhy);
