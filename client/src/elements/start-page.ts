import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import type { Chosen } from "../chosen";
import { languageShown, type StartState } from "../start-state";
import { guide, type StartKey } from "../start-strings";
import { shared } from "./shared";
import "./sign-in";
import "./sound-source";

/** What the agent asked the page for. */
export type Wish =
  | { readonly type: "microphone" | "tab" | "start" | "stop" | "pause" | "pop" | "in_tab" }
  | { readonly type: "device"; readonly device: string }
  | { readonly type: "choose"; readonly chosen: Partial<Chosen> };

const PLAYBOOKS: readonly Chosen["playbook"][] = ["", "support", "sales"];
const HELP: readonly `${Chosen["help"]}`[] = ["0", "3", "2", "1"];
const SPOKEN: readonly Chosen["spoken"][] = ["", "auto", "en", "de"];

/** The start page: both sources, the call, the overlay; state in, `wish` out. */
export class StartPage extends LitElement {
  static override properties = { state: { attribute: false }, overlay: { attribute: false } };
  static override styles = [
    shared,
    css`
      main {
        display: grid;
        gap: 16px;
        max-inline-size: 620px;
        margin: 0 auto;
        padding: 20px 16px 40px;
      }
      h1,
      h2,
      p {
        margin: 0;
      }
      h1 {
        font-size: 22px;
      }
      h2 {
        font-size: 15px;
      }
      section {
        display: grid;
        gap: 10px;
        border: 1px solid var(--border);
        border-radius: 8px;
        padding: 14px 16px;
      }
      .muted {
        color: var(--muted);
      }
      .state {
        font-weight: 600;
      }
      .row {
        display: flex;
        flex-wrap: wrap;
        gap: 8px;
        align-items: center;
      }
      .strong {
        border-color: var(--border);
        color: var(--text);
        font-weight: 650;
        padding-inline: 14px;
        min-block-size: 34px;
      }
      .first {
        background: var(--text);
        color: var(--surface);
      }
      .first:hover {
        color: var(--surface);
      }
      button:disabled {
        opacity: 0.55;
        cursor: default;
      }
      select {
        min-block-size: 30px;
        max-inline-size: 100%;
        border: 1px solid var(--border);
        border-radius: 4px;
        background: var(--surface-2);
        color: var(--text);
        font: inherit;
      }
      select:focus-visible,
      input:focus-visible,
      a:focus-visible,
      summary:focus-visible {
        outline: 3px solid var(--focus);
        outline-offset: 1px;
      }
      label {
        display: flex;
        flex-wrap: wrap;
        gap: 8px;
        align-items: center;
        min-block-size: var(--target);
      }
      .pick {
        display: grid;
        grid-template-columns: 10em minmax(0, 17em);
      }
      summary ~ label {
        margin-block-start: 6px;
      }
      a {
        color: var(--say);
      }
      iframe {
        box-sizing: border-box;
        inline-size: min(100%, 362px);
        block-size: 182px;
        border: 1px solid var(--border);
        border-radius: 6px;
      }
      @media (forced-colors: active) {
        .first {
          border: 2px solid ButtonText;
        }
        button:disabled {
          opacity: 1;
          color: GrayText;
        }
      }
    `,
  ];
  declare state: StartState;
  declare overlay: string;

  override render(): TemplateResult | typeof nothing {
    if (this.state === undefined) return nothing;
    return html`<main>
      <h1>${this.#say("title")}</h1>
      <p class="muted">${this.#say("lead")}</p>
      ${this.#entry()} ${this.#source("agent")} ${this.#source("customer")} ${this.#call()} ${this.#overlaid()}
      <section>
        <h2>${this.#say("attach")}</h2>
        <p class="muted">${this.#say("attach.text")}</p>
      </section>
      ${this.#settings()}
    </main>`;
  }

  /** Whoever is signed out signs in first: without it no call begins. */
  #entry(): TemplateResult | typeof nothing {
    const { signIn } = this.state;
    if (signIn === "none") return nothing;
    return html`<section>
      <h2>${this.#say("sign_in")}</h2>
      <sign-in class="entry" .language=${languageShown(this.state)} .state=${signIn}></sign-in>
    </section>`;
  }

  #source(side: "agent" | "customer"): TemplateResult {
    const { sources, levels, heard, devices, device } = this.state;
    return html`<section>
      <sound-source
        .side=${side}
        .source=${sources[side]}
        .level=${levels[side]}
        .heard=${heard}
        .devices=${side === "agent" ? devices : []}
        .device=${device}
        .language=${languageShown(this.state)}
      ></sound-source>
    </section>`;
  }

  #call(): TemplateResult {
    const { call, paused, sources, ended, trouble, chosen } = this.state;
    const status: StartKey = paused && call !== "ending" ? "call.paused" : call === "none" && ended ? (trouble === null ? "call.ended" : `call.${trouble.kind}`) : `call.${call}`;
    const ready = sources.agent === "on";
    return html`<section>
      <h2>${this.#say("call")}</h2>
      <p role="status" class="state">${paused ? "❚❚ " : call === "live" ? "● " : ""}${this.#say(status, trouble?.text)}
        ${trouble?.kind === "signed_out" && this.state.signIn === "none" ? this.#say("call.link") : nothing}</p>
      ${call === "none"
        ? html`<label class="pick">${this.#say("spoken")} ${this.#select(SPOKEN, chosen.spoken, (spoken) => ({ spoken }), (one) => this.#say(`spoken.${one}`))}</label>
            <label class="pick">${this.#say("playbook")} ${this.#select(PLAYBOOKS, chosen.playbook, (playbook) => ({ playbook }), (one) => this.#say(`playbook.${one}`))}</label>
            <label class="pick">${this.#say("help")} ${this.#select(HELP, `${chosen.help}`, (help) => ({ help: Number(help) as Chosen["help"] }), (one) => this.#say(`help.${one}`))}</label>
            <div class="row">
              <button class="strong ${ready ? "first" : ""}" ?disabled=${!ready} @click=${this.#does("start")}>
                ${this.#say(sources.customer === "on" || !ready ? "start" : "start.one")}
              </button>
            </div>`
        : html`<div class="row">
              <button class="strong" @click=${this.#does("pause")}>${this.#say(paused ? "resume" : "pause")}</button>
              <button class="strong" ?disabled=${call === "ending"} @click=${this.#does("stop")}>${this.#say("stop")}</button>
            </div>
            <p class="muted">${this.#say("leave")}</p>`}
    </section>`;
  }

  #overlaid(): TemplateResult {
    const { surface, canPop } = this.state;
    const here = surface === "tab" || surface === "back";
    const pop: StartKey = surface === "back" ? "overlay.again" : "overlay.pop";
    return html`<section>
      <h2>${this.#say("overlay")}</h2>
      ${surface === "window" || surface === "back" ? html`<p class="muted">${this.#say(surface === "window" ? "overlay.out" : "overlay.back")}</p>` : nothing}
      ${canPop ? nothing : html`<p class="muted">${this.#say("overlay.no_pop")}</p>`}
      <div class="row">
        ${canPop && surface !== "window" ? html`<button id="popout" class="strong" @click=${this.#does("pop")}>${this.#say(pop)}</button>` : nothing}
        ${here || surface === "window" ? nothing : html`<button class="strong" @click=${this.#does("in_tab")}>${this.#say("overlay.tab")}</button>`}
      </div>
      ${here ? html`<iframe src=${this.overlay} title=${this.#say("overlay")}></iframe>` : nothing}
    </section>`;
  }

  #settings(): TemplateResult {
    const { chosen } = this.state;
    const name = (ui: Chosen["ui"]): string => this.#say(ui === "" ? "settings.browser" : `spoken.${ui}`);
    return html`<details>
      <summary>${this.#say("settings")}</summary>
      <label class="pick">${this.#say("settings.ui")} ${this.#select(["", "en", "de"] as const, chosen.ui, (ui) => ({ ui }), name)}</label>
      <label class="pick">${this.#say("settings.theme")} ${this.#select(["", "light", "dark"] as const, chosen.theme, (theme) => ({ theme }), (one) => this.#say(`theme.${one}`))}</label>
      <label>
        <input type="checkbox" .checked=${chosen.keys} @change=${(event: Event) => this.#choose({ keys: (event.target as HTMLInputElement).checked })} />
        ${this.#say("settings.keys")}
      </label>
    </details>`;
  }

  #select<T extends string>(all: readonly T[], chosen: T, choose: (one: T) => Partial<Chosen>, name: (one: T) => string): TemplateResult {
    return html`<select @change=${(event: Event) => this.#choose(choose((event.target as HTMLSelectElement).value as T))}>
      ${all.map((one) => html`<option value=${one} ?selected=${one === chosen}>${name(one)}</option>`)}
    </select>`;
  }

  #choose(chosen: Partial<Chosen>): void {
    this.#wish({ type: "choose", chosen });
  }

  #does(type: Exclude<Wish["type"], "device" | "choose">): () => void {
    return () => this.#wish({ type });
  }

  #wish(detail: Wish): void {
    this.dispatchEvent(new CustomEvent("wish", { detail }));
  }

  #say(key: StartKey, text = ""): string {
    return guide(languageShown(this.state), key, { text });
  }
}

customElements.define("start-page", StartPage);
