import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import type { FoundLine, Row } from "../review-answers";
import { nameOf, type Filters, type ReviewState } from "../review-state";
import { word, type ReviewKey } from "../review-strings";
import { clock } from "../strings";
import "./review-bring";
import { forms } from "./review-forms";
import { shared } from "./shared";

const STAGES = ["opening", "venting", "empathy", "problem_solving", "agreement", "close"] as const;
/** As the server names them, and as the page does. */
const OUTCOMES = [
  ["resolved", "done"],
  ["not_needed", "over"],
  ["expired", "expired"],
  ["dismissed", "dismissed"],
  ["superseded", "superseded"],
] as const;

/** All finished calls that somebody may read: filters and search above, a table below; `filters`, `reason`, `open` and `more` out. */
export class ReviewList extends LitElement {
  static override properties = { state: { attribute: false } };
  static override styles = [
    shared,
    forms,
    css`
      form {
        display: flex;
        flex-wrap: wrap;
        gap: 8px 14px;
        align-items: end;
        padding-block: 8px 12px;
      }
      form label {
        display: grid;
        gap: 2px;
        font-size: 13px;
      }
      .reason {
        flex-basis: 100%;
      }
      .reason input {
        inline-size: min(100%, 420px);
      }
      .table {
        overflow-x: auto;
      }
      .table:focus-visible {
        outline: 3px solid var(--focus);
        outline-offset: -3px;
      }
      table {
        inline-size: 100%;
        border-collapse: collapse;
      }
      th,
      td {
        padding: 6px 10px;
        border-block-end: 1px solid color-mix(in srgb, var(--border) 45%, transparent);
        text-align: start;
        vertical-align: baseline;
        font-weight: 400;
      }
      thead th {
        color: var(--muted);
        font-size: 13px;
      }
      td {
        overflow-wrap: anywhere;
      }
      .when {
        white-space: nowrap;
      }
      tbody button {
        padding: 0 8px;
        border-color: var(--border);
        color: var(--text);
      }
      .assign {
        display: flex;
        gap: 8px;
        align-items: center;
        padding-block-end: 8px;
      }
      .who {
        margin-inline-end: 8px;
        white-space: nowrap;
      }
      .empty {
        padding-block: 10vh;
        color: var(--muted);
        text-align: center;
      }
      .agent {
        color: var(--say);
      }
      .customer {
        color: var(--risk);
      }
    `,
  ];
  declare state: ReviewState;

  override render(): TemplateResult {
    const { after, brings } = this.state;
    return html`${brings ? html`<review-bring .state=${this.state}></review-bring>` : nothing} ${this.#filters()} ${this.#assign()} ${this.#table()} ${after === "" ? nothing : html`<button class="solid" @click=${() => this.#send("more", null)}>${this.#word("list.more")}</button>`}`;
  }

  #filters(): TemplateResult {
    const { filters, cues, language, asksReason, reason } = this.state;
    return html`<form @submit=${(event: SubmitEvent) => this.#find(event)}>
      ${asksReason
        ? html`<label class="reason"
            >${this.#word("filter.reason")}<input name="reason" maxlength="200" required .value=${reason} @change=${(event: Event) => this.#send("reason", (event.target as HTMLInputElement).value)} aria-describedby="hint" /><span id="hint"
              >${this.#word("filter.reason_hint")}</span
            ></label
          >`
        : nothing}
      <label>${this.#word("filter.words")}<input name="query" type="search" maxlength="200" .value=${filters.query} /></label>
      ${this.#select("cue", filters.cue, cues.map((cue) => [cue.id, nameOf(cues, cue.id, language)] as const))}
      ${this.#select("stage", filters.stage, STAGES.map((stage) => [stage, this.#word(`stage.${stage}`)] as const))}
      ${this.#select("outcome", filters.outcome, OUTCOMES.map(([told, name]) => [told, this.#word(`outcome.${name}`)] as const))}
      <label>${this.#word("filter.since")}<input name="since" type="date" .value=${filters.since} /></label>
      <label>${this.#word("filter.until")}<input name="until" type="date" .value=${filters.until} /></label>
      <button class="solid">${this.#word("filter.find")}</button>
    </form>`;
  }

  /** To whom the next calls are assigned, for those who may say so. */
  #assign(): TemplateResult | typeof nothing {
    const { reviewers, reviewer } = this.state;
    if (!this.#assigns()) return nothing;
    return html`<label class="assign"
      >${this.#word("assign.to")}<input name="reviewer" list="reviewers" maxlength="64" autocomplete="off" .value=${reviewer} @input=${(event: Event) => this.#send("reviewer", (event.target as HTMLInputElement).value.trim())} /><datalist id="reviewers">
        ${reviewers.map((name) => html`<option value=${name}></option>`)}
      </datalist></label
    >`;
  }

  #assigns(): boolean {
    return this.state.found === null && this.state.calls.some((call) => call.assignable);
  }

  #select(name: "cue" | "stage" | "outcome", value: string, options: readonly (readonly [string, string])[]): TemplateResult {
    return html`<label
      >${this.#word(`filter.${name}`)}<select name=${name}>
        <option value="">${this.#word("filter.any")}</option>
        ${options.map(([id, text]) => html`<option value=${id} ?selected=${id === value}>${text}</option>`)}
      </select></label
    >`;
  }

  #table(): TemplateResult {
    const { calls, found, busy } = this.state;
    if (busy === "list" && calls.length === 0) return html`<p class="empty">${this.#word("status.loading")}</p>`;
    if (found === null ? calls.length === 0 : found.length === 0) return html`<p class="empty">${this.#word(found === null ? "list.none" : "list.none_found")}</p>`;
    const columns: readonly ReviewKey[] = found === null ? ["column.when", "column.call", "column.agent", "column.length", "column.playbook", ...(this.#assigns() ? (["column.reviewers"] as const) : [])] : ["column.when", "column.call", "column.said"];
    return html`<div class="table" role="region" tabindex="0" aria-label=${this.#word("title")}>
      <table>
        <thead>
          <tr>
            ${columns.map((key) => html`<th scope="col">${this.#word(key)}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${found === null ? calls.map((call) => this.#call(call)) : found.map((line) => this.#line(line))}
        </tbody>
      </table>
    </div>`;
  }

  #call(call: Row): TemplateResult {
    return html`<tr>
      <td class="when">${this.#date(call.started_at)}</td>
      <th scope="row">${call.reads ? html`<button aria-label=${this.#word("list.open", { id: call.id })} @click=${() => this.#send("open", { call: call.id, at: 0 })}>${call.id}</button>` : call.id}</th>
      <td>${[call.agent, call.team].filter((name) => name !== "").join(" · ")}</td>
      <td>${clock(call.duration)}</td>
      <td>${call.playbook}</td>
      ${this.#assigns() ? html`<td>${call.assignable ? this.#reviewers(call) : nothing}</td>` : nothing}
    </tr>`;
  }

  #reviewers(call: Row): TemplateResult {
    const { reviewer } = this.state;
    const assign = (who: string, on: boolean): void => this.#send("assign", { call: call.id, reviewer: who, on });
    const taken = call.reviewers.map((who) => html`<span class="who">${who} <button aria-label=${this.#word("assign.take_back", { id: call.id, who })} @click=${() => assign(who, false)}>✕</button></span>`);
    const free = reviewer !== "" && !call.reviewers.includes(reviewer);
    return html`${taken} ${free ? html`<button aria-label=${this.#word("assign.call", { id: call.id, who: reviewer })} @click=${() => assign(reviewer, true)}>${this.#word("assign")}</button>` : nothing}`;
  }

  #line(line: FoundLine): TemplateResult {
    const time = clock(line.start);
    return html`<tr>
      <td class="when">${this.#date(line.started_at)}</td>
      <th scope="row"><button aria-label=${this.#word("list.open_at", { id: line.call, time })} @click=${() => this.#send("open", { call: line.call, at: line.start })}>${line.call} · ${time}</button></th>
      <td><span class=${line.channel}>${this.#word(`who.${line.channel}`)}</span> ${line.text}</td>
    </tr>`;
  }

  #date(at: number): string {
    return new Date(at).toLocaleString(this.state.language === "de" ? "de-DE" : "en-GB", { dateStyle: "medium", timeStyle: "short" });
  }

  #word(key: ReviewKey, values: Readonly<Record<string, string | number>> = {}): string {
    return word(this.state.language, key, values);
  }

  #find(event: SubmitEvent): void {
    event.preventDefault();
    const typed = new FormData(event.target as HTMLFormElement);
    const text = (name: keyof Filters): string => String(typed.get(name) ?? "").trim();
    const filters: Filters = { query: text("query"), cue: text("cue"), stage: text("stage"), outcome: text("outcome"), since: text("since"), until: text("until") };
    this.#send("filters", filters);
  }

  #send(type: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
  }
}

customElements.define("review-list", ReviewList);
