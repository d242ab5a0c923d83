import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import type { CardLine } from "../review-answers";
import type { Card, ReviewState } from "../review-state";
import { word, type ReviewKey } from "../review-strings";
import { forms, panel } from "./review-forms";
import { shared } from "./shared";

const CAUSES = ["product", "fault", "delivery", "billing", "information", "promise", "waiting", "process", "outside", "other"] as const;
const REQUESTS = ["refund", "discount", "replacement", "repair", "date", "information", "callback", "cancellation", "exception", "apology", "other"] as const;
const SORTS = ["both", "only_reasonable", "only_possible", "neither"] as const;
const EMPTY: Card = { cause: "", request: "", sort: "" };

/** What the call was about, in codes that a report counts; `card` out. */
export class ReviewCard extends LitElement {
  static override properties = { state: { attribute: false } };
  static override styles = [
    shared,
    forms,
    panel,
    css`
      .fields {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(min(100%, 220px), 1fr));
        gap: 8px 12px;
      }
      label {
        display: grid;
        gap: 2px;
        font-size: 13px;
      }
      ul {
        margin: 0;
        padding: 8px 0 0;
        color: var(--muted);
        list-style: none;
      }
    `,
  ];
  declare state: ReviewState;

  override render(): TemplateResult | typeof nothing {
    const { language, call } = this.state;
    if (call === null || call.words === "consent") return nothing;
    const { cause, request, sort } = call.cards.find((one) => one.author === call.me) ?? EMPTY;
    const own: Card = { cause, request, sort };
    const others = call.cards.filter((one) => one.author !== call.me);
    return html`<h2>${word(language, "card")}</h2>
      <div class="fields">
        ${this.#select("cause", own.cause, CAUSES, own)} ${this.#select("request", own.request, REQUESTS, own)} ${own.request === "" ? nothing : this.#select("sort", own.sort, SORTS, own)}
      </div>
      ${others.length === 0 ? nothing : html`<ul>${others.map((one) => html`<li>${word(language, "card.by", { who: one.author, what: this.#said(one) })}</li>`)}</ul>`}`;
  }

  #select(name: keyof Card, value: string, options: readonly string[], own: Card): TemplateResult {
    const change = (event: Event): void => this.#change({ ...own, [name]: (event.target as HTMLSelectElement).value });
    return html`<label
      >${this.#word(`card.${name}`)}<select @change=${change}>
        <option value="" ?selected=${value === ""}>${this.#word("card.unsaid")}</option>
        ${options.map((option) => html`<option value=${option} ?selected=${option === value}>${this.#word(`${name}.${option}` as ReviewKey)}</option>`)}
      </select></label
    >`;
  }

  #said(card: CardLine): string {
    const { cause, request, sort } = card;
    const keys = [cause === "" ? null : `cause.${cause}`, request === "" ? null : `request.${request}`, sort === "" ? null : `sort.${sort}`];
    return keys.filter((key) => key !== null).map((key) => this.#word(key as ReviewKey)).join(" · ");
  }

  #change(card: Card): void {
    const detail: Card = card.request === "" ? { ...card, sort: "" } : card;
    this.dispatchEvent(new CustomEvent("card", { detail, bubbles: true, composed: true }));
  }

  #word(key: ReviewKey): string {
    return word(this.state.language, key);
  }
}

customElements.define("review-card", ReviewCard);
