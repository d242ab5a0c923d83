import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { initial, type State, type Verdict } from "../state";
import { say } from "../strings";
import { view, type View } from "../view";
import type { Earlier } from "./earlier-list";
import "./nudge-card";
import { shared } from "./shared";
import "./status-line";

const SHOWN_EARLIER = 5;

/** The agent's verdict on one nudge. */
export interface Judged {
  readonly id: string;
  readonly verdict: Verdict;
}

const timeOf = (one: Earlier): number => ("nudge" in one ? one.nudge.at : one.at);

/** The whole overlay; some of its parts are loaded after the first sight (`overlay-rest.ts`): state in; `dismiss`, `judge`, `earlier`, `pause`, `retry`, `open-form`, `sign-in` and `close` out. */
export class AssistOverlay extends LitElement {
  static override properties = { state: { attribute: false } };
  static override styles = [
    shared,
    css`
      :host {
        box-sizing: border-box;
        block-size: 100dvh;
        max-inline-size: 640px;
        margin-inline: auto;
        container-type: size;
      }
      main {
        box-sizing: border-box;
        display: grid;
        grid-template-rows: auto 1fr auto;
        gap: var(--gap);
        block-size: 100%;
        padding: 8px 12px 6px;
      }
      footer {
        display: flex;
        gap: 12px;
        align-items: center;
        min-block-size: var(--target);
        font-size: 13px;
      }
      footer > * {
        flex: none;
      }
      .end {
        display: flex;
        margin-inline-start: auto;
      }
      main.over {
        grid-template-rows: auto auto 1fr auto;
      }
      .over footer {
        grid-area: 4 / 1;
      }
      .note,
      .resume {
        color: var(--text);
        font-weight: 650;
      }
      .resume {
        border-color: var(--border);
      }
      last-words,
      .narrow {
        display: none;
      }
      @container (width < 340px) {
        .narrow {
          display: block;
        }
        .wide {
          display: none;
        }
        main {
          padding-inline: 10px;
        }
        footer {
          gap: 2px;
        }
        footer button {
          padding-inline: 4px;
        }
      }
      @container (height >= 320px) {
        main.tall {
          grid-template-rows: auto minmax(104px, auto) auto 1fr;
        }
        last-words {
          display: block;
        }
      }
    `,
  ];
  declare state: State;

  constructor() {
    super();
    this.state = initial("en");
  }

  override render(): TemplateResult {
    const { call, language, earlier, signIn } = this.state;
    const seen = view(this.state);
    const form = seen.name === "signed_out" && signIn !== "none" && signIn !== "ready";
    const over = seen.name === "wrap_up" && !earlier;
    const words = call !== null && !earlier && !over && !form;
    return html`<main class=${over ? "over" : words ? "tall" : ""}>
      <h1 class="spoken">Call Assist</h1>
      <status-line .view=${seen} .language=${language}></status-line>
      <nudge-card .view=${seen} .language=${language} ?hidden=${form || earlier}></nudge-card>
      ${form ? html`<sign-in .language=${language} .state=${signIn}></sign-in>` : nothing}
      ${over ? html`<wrap-up .call=${call} .language=${language}></wrap-up>` : nothing}
      ${earlier && !form ? html`<earlier-list .past=${this.#past().slice(-SHOWN_EARLIER).reverse()} .language=${language}></earlier-list>` : nothing}
      ${this.#footer(seen)}
      ${words ? html`<last-words .call=${call} .language=${language}></last-words>` : nothing}
    </main>`;
  }

  #footer(seen: View): TemplateResult {
    const { call, language, earlier } = this.state;
    const past = this.#past().length;
    const toggle = earlier ? say(language, "button.back") : say(language, "button.earlier", { n: past });
    const note = !earlier && call !== null && call.unread > 0;
    return html`<footer>
      ${call === null ? nothing : html`<stage-strip .heard=${call.heard} .language=${language}></stage-strip>`}
      ${past === 0 && !earlier
        ? nothing
        : html`<button class=${note ? "note" : ""} aria-expanded=${earlier} @click=${() => this.#send("earlier", !earlier)}>
            ${note ? html`<span aria-hidden="true">✉</span><span class="spoken">${say(language, "note.new")}</span> ` : nothing}${toggle}
          </button>`}
      <span class="end">
        ${seen.nudge === null || earlier
          ? nothing
          : html`<button class="narrow" aria-label=${say(language, "button.dismiss")} @click=${() => this.#send("dismiss", seen.nudge?.id)}>✕</button>`}
        ${seen.name === "offline" ? html`<button @click=${() => this.#send("retry", null)}>${say(language, "button.retry")}</button>` : nothing}
        ${seen.name === "signed_out" && this.state.signIn === "ready" ? html`<button class="resume" @click=${() => this.#send("open-form", null)}>${say(language, "button.sign_in")}</button>` : nothing}
        ${seen.pause === "" ? nothing : this.#pause(seen.pause)}
      </span>
    </footer>`;
  }

  #pause(wish: "pause" | "resume"): TemplateResult {
    return html`<button class=${wish} @click=${() => this.#send("pause", null)}>
      <span class="wide" aria-hidden="true">${wish === "pause" ? "❚❚" : "▶"} </span>${say(this.state.language, `button.${wish}`)}
    </button>`;
  }

  #past(): readonly Earlier[] {
    const call = this.state.call;
    if (call === null) return [];
    return [...call.past.filter((one) => one.nudge.id !== call.card?.id), ...call.notes].sort((a, b) => timeOf(a) - timeOf(b));
  }

  #send(type: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

customElements.define("assist-overlay", AssistOverlay);
