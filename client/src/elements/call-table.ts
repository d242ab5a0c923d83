import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { later } from "../later-strings";
import { clock, say, type Language } from "../strings";
import { complaints, lateness, quiet, share, silence, threat, wantsLook, type SupervisorState } from "../supervisor-state";
import { tell, type SupervisorKey } from "../supervisor-strings";
import type { CallSummary, Trouble } from "../table";
import { icon } from "./icon";
import { shared } from "./shared";
import { signs } from "./signs";
import { sparkline } from "./sparkline";

const COLUMNS: readonly SupervisorKey[] = ["column.agent", "column.time", "column.stage", "column.complaints", "column.talk", "column.nudge", "column.flags"];
const CLASSES: Partial<Record<SupervisorKey, string>> = { "column.talk": "talk", "column.nudge": "nudge-cell", "column.flags": "flags", "column.complaints": "complaints" };
const NONE = html`<span class="none">–</span>`;
const STEPS: Readonly<Record<string, (at: number, last: number) => number>> = {
  ArrowDown: (at, last) => Math.min(at + 1, last),
  ArrowUp: (at) => Math.max(at - 1, 0),
  Home: () => 0,
  End: (_, last) => last,
};

/** What a fault is called in the table: our word for it, else what the server says. */
export function faultWord(language: Language, fault: Trouble): string {
  const key = `fault.${fault.code}`;
  return isKey(key) ? tell(language, key) : fault.text || fault.code;
}

const FAULTS = new Set<string>(
  ["timing_only", "one_channel", "recogniser_failed", "model_failed", "model_loading", "mic_silent", "mic_muted", "mic_denied", "mic_missing", "customer_missing", "customer_silent", "tab_ended", "same_sound", "channels_swapped", "audio_broken"].map((code) => `fault.${code}`),
);
const isKey = (key: string): key is SupervisorKey => FAULTS.has(key);

/** What a call is called: by its workplace, else by its id. */
export function nameOf(language: Language, call: { readonly agent: string; readonly call_id: string }): string {
  return call.agent === "" ? tell(language, "row.unnamed", { id: call.call_id.slice(-8) }) : call.agent;
}

/** One row a call, in the order in which they began; `look` out. */
export class CallTable extends LitElement {
  static override properties = { state: { attribute: false }, calls: { attribute: false } };
  static override styles = [
    shared,
    signs,
    css`
      :host {
        --line: color-mix(in srgb, var(--border) 45%, transparent);
        min-inline-size: 0;
      }
      table {
        inline-size: 100%;
        border-collapse: collapse;
      }
      th,
      td {
        padding: 7px 10px;
        border-block-end: 1px solid var(--line);
        text-align: start;
        vertical-align: top;
        font-weight: 400;
      }
      thead th {
        position: sticky;
        inset-block-start: 0;
        z-index: 1;
        background: var(--surface);
        color: var(--muted);
        font-size: 13px;
        white-space: nowrap;
      }
      tbody tr {
        cursor: pointer;
      }
      tbody tr:hover {
        background: var(--surface-2);
      }
      tr.looked {
        background: var(--surface-2);
        outline: 2px solid var(--say);
        outline-offset: -2px;
      }
      tr.old td,
      tr.old th button {
        color: var(--muted);
      }
      tbody th {
        padding-block: 4px;
      }
      th button {
        min-block-size: 26px;
        max-inline-size: 18ch;
        overflow: hidden;
        margin-inline-start: -7px;
        color: var(--text);
        font-weight: 600;
        text-align: start;
        text-overflow: ellipsis;
        vertical-align: top;
        white-space: nowrap;
      }
      .team,
      .since,
      .outcome,
      .none,
      .quiet,
      .zero {
        color: var(--muted);
      }
      .team,
      .quiet {
        display: block;
        font-size: 13px;
      }
      .time,
      .talk,
      .complaints,
      .since,
      .outcome {
        white-space: nowrap;
      }
      .spark {
        color: var(--muted);
        vertical-align: -3px;
        margin-inline-end: 6px;
      }
      .rising {
        font-weight: 650;
      }
      .rising .spark {
        color: var(--text);
      }
      .nudge {
        display: flex;
        gap: 8px;
      }
      .flags {
        font-size: 13px;
      }
      .flags span {
        display: block;
      }
      tr.look {
        box-shadow: inset 4px 0 0 var(--risk);
      }
      .flags .said {
        color: var(--risk);
        font-weight: 600;
      }
      @container (width >= 1000px) {
        .nudge {
          max-inline-size: 44ch;
        }
      }
      /* Too narrow for seven columns: a nudge and trouble stand below their row. */
      @container (width < 1000px) {
        table,
        thead,
        tbody {
          display: block;
        }
        tr {
          display: grid;
          grid-template-columns: minmax(9em, 3fr) minmax(4.5em, 1fr) minmax(8.5em, 3fr) minmax(11em, 3fr) minmax(5.5em, 1fr);
          gap: 2px 12px;
          padding: 6px 10px;
          border-block-end: 1px solid var(--line);
        }
        thead {
          position: sticky;
          inset-block-start: 0;
          z-index: 1;
          background: var(--surface);
        }
        th,
        td,
        tbody th {
          min-inline-size: 0;
          padding: 0;
          border: 0;
        }
        tbody td {
          padding-block-start: 4px;
        }
        thead .nudge-cell,
        thead .flags {
          position: absolute;
          inline-size: 1px;
          block-size: 1px;
          overflow: hidden;
          clip-path: inset(50%);
        }
        th button {
          max-inline-size: 100%;
        }
        .nudge-cell,
        .flags {
          grid-column: 1 / -1;
        }
        .flags {
          display: flex;
          flex-wrap: wrap;
          gap: 2px 14px;
        }
        .nudge-cell:has(> .none),
        .flags:empty {
          display: none;
        }
      }
      @container (width < 700px) {
        tr {
          grid-template-columns: minmax(9em, 3fr) minmax(4.5em, 1fr) minmax(8em, 3fr) minmax(5.5em, 2fr);
        }
        .spark,
        .talk {
          display: none;
        }
      }
      @container (width < 500px) {
        thead {
          position: absolute;
          inline-size: 1px;
          block-size: 1px;
          overflow: hidden;
          clip-path: inset(50%);
        }
        tr {
          grid-template-columns: 1fr auto;
          padding-inline: 8px;
        }
        .time,
        .complaints {
          justify-self: end;
          text-align: end;
        }
      }
      @media (forced-colors: active) {
        tr.looked {
          outline-color: Highlight;
        }
        tr.look {
          border-inline-start: 4px solid Highlight;
        }
      }
    `,
  ];
  declare state: SupervisorState;
  declare calls: readonly CallSummary[];

  override render(): TemplateResult {
    const { language } = this.state;
    return html`<table role="table" aria-describedby="keys" @keydown=${(event: KeyboardEvent) => this.#step(event)}>
        <caption class="spoken">
          ${tell(language, "title")}
        </caption>
        <thead role="rowgroup">
          <tr role="row">
            ${COLUMNS.map((key) => html`<th role="columnheader" scope="col" class=${CLASSES[key] ?? ""}>${tell(language, key)}</th>`)}
          </tr>
        </thead>
        <tbody role="rowgroup">
          ${this.calls.map((call) => this.#row(call))}
        </tbody>
      </table>
      <p class="spoken" id="keys">${tell(language, "table.keys")}</p>`;
  }

  /** Put the focus on the row of a call; only after the user's own action. */
  focusOn(call: string): void {
    this.renderRoot.querySelector<HTMLElement>(`button[data-call="${CSS.escape(call)}"]`)?.focus();
  }

  #row(call: CallSummary): TemplateResult {
    const { language, look, link } = this.state;
    const silent = silence(this.state, call);
    const old = link !== "open" || silent > 0;
    const looked = look === call.call_id;
    const name = nameOf(language, call);
    return html`<tr role="row" class="${looked ? "looked" : ""} ${old ? "old" : ""} ${wantsLook(call) ? "look" : ""}" @click=${() => this.#look(call)}>
      <th role="rowheader" scope="row">
        <button data-call=${call.call_id} aria-expanded=${looked} title=${name} aria-label=${tell(language, "call.open", { who: name })} @click=${(event: Event) => this.#press(event, call)}>${name}</button>
        ${call.team === "" ? nothing : html`<span class="team">${call.team}</span>`}
      </th>
      <td role="cell" class="time">${clock(call.at)}${silent > 0 ? html`<span class="quiet">${tell(language, "row.stale", { n: silent })}</span>` : nothing}</td>
      ${call.paused ? this.#private() : this.#figures(call)}
    </tr>`;
  }

  /** A paused call shows that it is, and nothing else. */
  #private(): TemplateResult {
    return html`<td role="cell" class="stage">❚❚ ${tell(this.state.language, "row.private")}</td>
      <td role="cell" class="complaints">${NONE}</td>
      <td role="cell" class="talk">${NONE}</td>
      <td role="cell" class="nudge-cell">${NONE}</td>
      <td role="cell" class="flags"></td>`;
  }

  #figures(call: CallSummary): TemplateResult {
    const talk = share(call);
    return html`<td role="cell" class="stage">${this.#stage(call)}</td>
      <td role="cell" class="complaints">${call.words ? this.#complaints(call) : NONE}</td>
      <td role="cell" class="talk">${talk === null ? NONE : html`${talk} %`}</td>
      <td role="cell" class="nudge-cell">${this.#nudge(call)}</td>
      <td role="cell" class="flags">${this.#flags(call)}</td>`;
  }

  #stage(call: CallSummary): TemplateResult {
    const { language } = this.state;
    if (call.ended) return html`■ ${tell(language, "row.ended")}`;
    if (call.hold !== null) return html`‖ ${say(language, "state.hold", { time: clock(call.at - call.hold) })}`;
    if (call.stage === null) return NONE;
    return html`${say(language, `stage.${call.stage}`)} <span class="since">· ${clock(call.at - call.stage_since)}</span>`;
  }

  #complaints(call: CallSummary): TemplateResult {
    const { language } = this.state;
    const count = complaints(call);
    return html`<span class=${call.trend}
      >${sparkline(call.complaints)}${tell(language, `trend.${call.trend}`)} <span class=${count === 0 ? "zero" : ""} aria-hidden="true">${count}</span><span class="spoken">, ${tell(language, "complaints.count", { n: count })}</span></span
    >`;
  }

  #nudge(call: CallSummary): TemplateResult {
    const { language } = this.state;
    const nudge = call.nudge;
    if (nudge === null) return NONE;
    return html`<div class="nudge">
      <span class="sign ${nudge.sign}">${icon(nudge.outcome === "done" ? "done" : nudge.sign)}</span>
      <span
        ><span class="spoken">${say(language, `sign.${nudge.sign}`)}: </span>${nudge.text} <span class="outcome">· ${later(language, `outcome.${nudge.outcome}`)}</span></span
      >
    </div>`;
  }

  /** What asks for a look: a threat in its words, a long silence, trouble. */
  #flags(call: CallSummary): readonly TemplateResult[] {
    const { language } = this.state;
    if (call.ended) return [];
    const said = threat(call);
    const seconds = quiet(call);
    return [
      ...(said === null ? [] : [html`<span class="said">△ ${tell(language, "row.said", { words: said.text, time: clock(said.at) })}</span>`]),
      ...(seconds === 0 ? [] : [html`<span>◷ ${tell(language, "row.silence", { time: clock(seconds * 1000) })}</span>`]),
      ...this.#trouble(call).map((one) => html`<span>⚠ ${one}</span>`),
    ];
  }

  #trouble(call: CallSummary): readonly string[] {
    const { language } = this.state;
    const late = lateness(call);
    const faults = call.faults.map((fault) => faultWord(language, fault));
    const timing = call.words || call.faults.length > 0 ? [] : [tell(language, "row.timing")];
    return [...faults, ...timing, ...(late > 0 ? [tell(language, "row.behind", { n: late })] : [])];
  }

  #press(event: Event, call: CallSummary): void {
    event.stopPropagation();
    this.#look(call);
  }

  #look(call: CallSummary): void {
    this.dispatchEvent(new CustomEvent("look", { detail: call.call_id, bubbles: true, composed: true }));
  }

  #step(event: KeyboardEvent): void {
    const rows = [...this.renderRoot.querySelectorAll<HTMLElement>("button[data-call]")];
    const at = rows.findIndex((row) => row === event.target);
    const step = STEPS[event.key];
    if (step === undefined || at < 0) return;
    event.preventDefault();
    rows[step(at, rows.length - 1)]?.focus();
  }
}

customElements.define("call-table", CallTable);
