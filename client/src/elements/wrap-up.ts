import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { later } from "../later-strings";
import type { Call, Past } from "../state";
import { clock, type Language } from "../strings";
import { shared } from "./shared";

/** After so much venting in one call the agent is asked about a break; nothing of it is kept. */
const MUCH_MS = 300_000;

/** What happened in a call that is over: facts, in the words that were heard or shown, and no score; `close` out. */
export class WrapUp extends LitElement {
  static override properties = { call: { attribute: false }, language: { attribute: false } };
  static override styles = [
    shared,
    css`
      :host {
        display: contents; /* the list takes a row of the overlay's, the way on the end of its last */
        font-size: 13px;
      }
      ul {
        grid-row: 3;
        margin: 0;
        min-block-size: 0;
        overflow-y: auto;
        border-block-start: 1px solid var(--border);
        padding: 4px 0 0;
        list-style: none;
      }
      ul:focus-visible {
        outline: 3px solid var(--focus);
        outline-offset: -3px;
      }
      li {
        display: grid;
        grid-template-columns: 3.2em 1fr auto;
        gap: var(--gap);
        padding-block: 2px;
        overflow-wrap: anywhere;
      }
      .promise {
        grid-template-columns: auto 1fr;
        font-weight: 650;
      }
      .promise q {
        font-weight: 400;
      }
      .muted {
        color: var(--muted);
      }
      nav {
        display: flex;
        grid-area: 4 / 1;
        align-items: center;
        justify-self: end;
        z-index: 1; /* above the empty end of the footer */
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
      @container (width < 340px) {
        li {
          grid-template-columns: 1fr auto;
        }
        .when {
          display: none;
        }
      }
    `,
  ];
  declare call: Call;
  declare language: Language;

  override render(): TemplateResult {
    return html`${this.#list()}
      <nav aria-label=${this.#say("wrap.next")}>
        <a href="review?${new URLSearchParams({ call: this.call.id })}${location.hash}" target="_blank" rel="noopener">${this.#say("wrap.review")}</a>
        <button aria-label=${this.#say("wrap.close")} @click=${() => this.#close()}>✕</button>
      </nav>`;
  }

  #list(): TemplateResult | typeof nothing {
    const { promises, vented, past } = this.call;
    const much = vented > MUCH_MS;
    if (!much && promises.length + past.length === 0) return nothing;
    return html`<ul tabindex="0" aria-label=${this.#say("wrap.title")}>
      ${much ? html`<li class="promise">${this.#say("wrap.break")}</li>` : nothing}
      ${promises.map((said) => html`<li class="promise">${this.#say("wrap.promise")} <q>${said}</q></li>`)}
      ${past.map((one) => this.#nudge(one))}
    </ul>`;
  }

  #close(): void {
    this.dispatchEvent(new CustomEvent("close", { bubbles: true, composed: true }));
  }

  #nudge({ nudge, outcome }: Past): TemplateResult {
    return html`<li>
      <span class="muted when">${clock(nudge.at)}</span><span>${nudge.text}</span><span class="muted">${this.#say(`outcome.${outcome}`)}</span>
    </li>`;
  }

  #say(key: Parameters<typeof later>[1]): string {
    return later(this.language, key);
  }
}

customElements.define("wrap-up", WrapUp);
