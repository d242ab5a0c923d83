import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { initial, type State, type Verdict } from "../state";
import { say } from "../strings";
import { view, type View } from "../view";
import type { Earlier } from "./earlier-list";
import "./nudge-card";
import { shared } from "./shared";
import "./stage-strip";
import "./status-line";

const SHOWN_EARLIER = 5;

/** The agent's verdict on one nudge. */
export interface Judged {
  readonly id: string;
  readonly verdict: Verdict;
}

const timeOf = (one: Earlier): number => ("nudge" in one ? one.nudge.at : one.at);

/** The whole overlay: state in; `dismiss`, `judge`, `earlier`, `pause` and `retry` out. */
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
      a {
        padding: 5px 6px;
        border-radius: 4px;
        color: var(--text);
        font-weight: 650;
      }
      a:focus-visible {
        outline: 3px solid var(--focus);
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

  override willUpdate(): void {
    // what the first sight of the page does not need comes when it is needed
    if (this.state.call !== null) void import("./last-words");
    if (this.state.earlier) void import("./earlier-list");
  }

  override render(): TemplateResult {
    const { call, language, earlier } = this.state;
    const seen = view(this.state);
    const words = call !== null && !earlier;
    return html`<main class=${words ? "tall" : ""}>
      <h1 class="spoken">Call Assist</h1>
      <status-line .view=${seen} .language=${language}></status-line>
      <nudge-card .view=${seen} .language=${language} ?hidden=${earlier}></nudge-card>
      ${earlier ? html`<earlier-list .past=${this.#past().slice(-SHOWN_EARLIER).reverse()} .language=${language}></earlier-list>` : nothing}
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
        ${seen.name === "signed_out" ? html`<a href="login" target="_blank" rel="noopener">${say(language, "button.sign_in")}</a>` : nothing}
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
