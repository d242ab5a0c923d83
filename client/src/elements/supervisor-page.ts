import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { filtered, opening, shown, teams, wantsLook, type Only, type Alert, type SupervisorState } from "../supervisor-state";
import { tell } from "../supervisor-strings";
import { CallDetail } from "./call-detail";
import { CallTable, faultWord, nameOf } from "./call-table";
import { shared } from "./shared";
import "./sign-in";

const ONLY: readonly Only[] = ["all", "look", "private"];
const GLYPHS: Readonly<Record<SupervisorState["link"], string>> = { open: "●", connecting: "◌", lost: "↻", offline: "✕", refused: "○" };

/** The whole page: state in, `look`, `close`, `team`, `only`, `search`, `note` and `retry` out. */
export class SupervisorPage extends LitElement {
  static override properties = { state: { attribute: false } };
  static override styles = [
    shared,
    css`
      :host {
        box-sizing: border-box;
        display: grid;
        grid-template-rows: auto 1fr;
        block-size: 100dvh;
        max-inline-size: 1680px;
        margin-inline: auto;
        padding: 10px 16px 12px;
      }
      header {
        display: flex;
        flex-wrap: wrap;
        gap: 4px 18px;
        align-items: center;
        min-block-size: 32px;
      }
      h1 {
        margin: 0;
        font-size: 18px;
      }
      .facts {
        color: var(--muted);
      }
      .filters {
        display: flex;
        flex-wrap: wrap;
        gap: 4px 14px;
        margin-inline-start: auto;
        color: var(--muted);
      }
      label {
        display: flex;
        gap: 6px;
        align-items: center;
      }
      input {
        inline-size: 19ch;
      }
      input,
      select {
        box-sizing: border-box;
        max-inline-size: 100%;
        min-block-size: var(--target);
        padding-inline: 6px;
        border: 1px solid var(--border);
        border-radius: 4px;
        background: var(--surface-2);
        color: var(--text);
        font: inherit;
      }
      input:focus-visible,
      select:focus-visible {
        outline: 3px solid var(--focus);
        outline-offset: -1px;
      }
      .alerts {
        flex-basis: 100%;
        min-block-size: 1lh;
        margin: 0 0 6px;
        overflow: hidden;
        color: var(--muted);
        font-size: 13px;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .banner {
        display: flex;
        flex-basis: 100%;
        gap: 10px;
        align-items: center;
        margin: 0;
        border-inline-start: 6px solid var(--wait);
        padding: 4px 10px;
        background: var(--surface-2);
      }
      main {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 16px;
        min-block-size: 0;
      }
      main.looking {
        grid-template-columns: minmax(0, 3fr) minmax(340px, 2fr);
      }
      .list {
        min-inline-size: 0;
        overflow: auto;
        container-type: inline-size;
      }
      .list:focus-visible {
        outline: 3px solid var(--focus);
        outline-offset: -3px;
      }
      aside {
        display: flex;
        min-inline-size: 0;
        min-block-size: 0;
        flex-direction: column;
        border-radius: 6px;
        padding: 8px 14px 10px;
        overflow-y: auto;
        background: var(--surface-2);
        container-type: inline-size;
      }
      call-detail {
        flex: 1;
      }
      .empty {
        margin: 0;
        padding-block: 18vh;
        color: var(--muted);
        font-size: 16px;
        text-align: center;
      }
      @media (max-width: 899px) {
        main.looking {
          grid-template-columns: minmax(0, 1fr);
        }
        main.looking .list {
          display: none;
        }
      }
      @media (max-width: 479px) {
        :host {
          padding-inline: 10px;
        }
      }
      @media (forced-colors: active) {
        aside {
          border: 1px solid CanvasText;
        }
        .banner {
          border-color: Highlight;
        }
      }
    `,
  ];
  declare state: SupervisorState;

  constructor() {
    super();
    this.state = opening("en");
  }

  override render(): TemplateResult {
    const { language, look } = this.state;
    return html`<header>
        <h1>${tell(language, "title")}</h1>
        <span class="facts">${this.#facts()}</span>
        ${this.#filters()} ${this.#banner()}
        <p class="alerts" role="status" aria-live="polite" aria-atomic="true">${this.state.alerts.map((alert) => this.#alert(alert)).join(" · ")}</p>
      </header>
      <main class=${look === null ? "" : "looking"} @keydown=${(event: KeyboardEvent) => this.#key(event)}>
        <div class="list" role="region" aria-label=${tell(language, "title")} tabindex="0">${this.#list()}</div>
        ${look === null ? nothing : html`<aside aria-label=${this.#name()}><call-detail .state=${this.state}></call-detail></aside>`}
      </main>`;
  }

  #list(): TemplateResult {
    const { language, link, signIn } = this.state;
    const calls = shown(this.state);
    if (link === "refused") return html`<sign-in .language=${language} .state=${signIn}></sign-in>`;
    if (calls.length === 0 && filtered(this.state) && this.state.calls.length > 0)
      return html`<p class="empty">${tell(language, "filter.none")} <button @click=${() => this.#all()}>${tell(language, "filter.all")}</button></p>`;
    if (calls.length === 0) return html`<p class="empty">${this.#empty()}</p>`;
    return html`<call-table .state=${this.state} .calls=${calls}></call-table>`;
  }

  /** Focus follows what the user did: into the call, and back to its row. */
  protected override updated(changed: PropertyValues<this>): void {
    const before = changed.get("state")?.look ?? null;
    const { look } = this.state;
    if (before === look || !changed.has("state")) return;
    if (look !== null) this.renderRoot.querySelector<CallDetail>("call-detail")?.updateComplete.then(() => this.renderRoot.querySelector<CallDetail>("call-detail")?.focusName());
    else if (before !== null) this.renderRoot.querySelector<CallTable>("call-table")?.focusOn(before);
  }

  #facts(): string {
    const { language, link, retry, calls } = this.state;
    const live = calls.filter((call) => !call.ended);
    const paused = live.filter((call) => call.paused).length;
    const look = live.filter(wantsLook).length;
    const facts = [`${GLYPHS[link]} ${tell(language, `link.${link}`, { n: retry })}`];
    if (link === "open") facts.push(tell(language, "count.live", { n: live.length }));
    if (link === "open" && look > 0) facts.push(tell(language, "count.look", { n: look }));
    if (link === "open" && paused > 0) facts.push(tell(language, "count.private", { n: paused }));
    return facts.join(" · ");
  }

  /** What leaves calls out; there while there is anything to leave out. */
  #filters(): TemplateResult | typeof nothing {
    const { language, only, search, calls } = this.state;
    if (calls.length === 0 && !filtered(this.state)) return nothing;
    return html`<div class="filters">
      ${this.#teams()}
      <label
        >${tell(language, "only.label")}
        <select @change=${(event: Event) => this.#send("only", (event.target as HTMLSelectElement).value)}>
          ${ONLY.map((one) => html`<option value=${one} ?selected=${only === one}>${tell(language, `only.${one}`)}</option>`)}
        </select></label
      >
      <input
        type="search"
        aria-label=${tell(language, "search.label")}
        placeholder=${tell(language, "search.hint")}
        .value=${search}
        @input=${(event: Event) => this.#send("search", (event.target as HTMLInputElement).value)}
      />
    </div>`;
  }

  #all(): void {
    this.#send("team", null);
    this.#send("only", "all");
    this.#send("search", "");
  }

  #teams(): TemplateResult | typeof nothing {
    const { language, team } = this.state;
    const names = teams(this.state);
    if (names.length < 2 && team === null) return nothing;
    return html`<label
      >${tell(language, "team.label")}
      <select @change=${(event: Event) => this.#choose(event)}>
        <option value="*" ?selected=${team === null}>${tell(language, "team.all")}</option>
        ${names.map((name) => html`<option value=${`=${name}`} ?selected=${team === name}>${name === "" ? tell(language, "team.none") : name}</option>`)}
      </select></label
    >`;
  }

  #banner(): TemplateResult | typeof nothing {
    const { language, link, asOf } = this.state;
    if (link === "open" || link === "connecting") return nothing;
    const key = link === "refused" ? "banner.refused" : "banner.lost";
    return html`<p class="banner">
      ${tell(language, key, { time: asOf })} ${link === "offline" ? html`<button @click=${() => this.#send("retry", null)}>${tell(language, "button.retry")}</button>` : nothing}
    </p>`;
  }

  #empty(): string {
    const { language, link, lastEnd } = this.state;
    if (link === "connecting") return tell(language, "banner.connecting");
    const last = lastEnd === "" ? "" : ` ${tell(language, "empty.last", { time: lastEnd })}`;
    return tell(language, "empty") + last;
  }

  #alert({ kind, call, who, code, text }: Alert): string {
    const { language } = this.state;
    const named = nameOf(language, { agent: who, call_id: call });
    return tell(language, `alert.${kind}`, { who: named, what: faultWord(language, { code, text }) });
  }

  #name(): string {
    const { language, looked } = this.state;
    return looked === null ? "" : nameOf(language, looked);
  }

  #choose(event: Event): void {
    const { value } = event.target as HTMLSelectElement;
    this.#send("team", value === "*" ? null : value.slice(1));
  }

  #key(event: KeyboardEvent): void {
    if (event.key === "Escape" && this.state.look !== null) this.#send("close", null);
  }

  #send(type: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

customElements.define("supervisor-page", SupervisorPage);
