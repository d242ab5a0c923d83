import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { changes, nameOf, type ReviewState } from "../review-state";
import { word } from "../review-strings";
import { clock } from "../strings";
import { forms, panel } from "./review-forms";
import { shared } from "./shared";

/** What another playbook would have shown; `try` and `seek` out. */
export class ReviewWhatIf extends LitElement {
  static override properties = { state: { attribute: false } };
  static override styles = [
    shared,
    forms,
    panel,
    css`
      form {
        display: flex;
        flex-wrap: wrap;
        gap: 8px;
        align-items: center;
      }
      p,
      ul {
        margin: 0;
        padding: 6px 0 0;
        list-style: none;
      }
    `,
  ];
  declare state: ReviewState;

  override render(): TemplateResult | typeof nothing {
    const { language, playbooks, busy, call } = this.state;
    if (playbooks.length === 0 || call?.words !== "kept") return nothing;
    return html`<h2>${word(language, "what_if")}</h2>
      <form @submit=${(event: SubmitEvent) => this.#try(event)}>
        <label for="playbook">${word(language, "what_if.playbook")}</label>
        <select id="playbook" name="playbook">
          ${playbooks.map((name) => html`<option>${name}</option>`)}
        </select>
        <button class="solid" ?disabled=${busy === "try"}>${word(language, busy === "try" ? "status.loading" : "what_if.try")}</button>
      </form>
      ${this.#result()}`;
  }

  #result(): TemplateResult | typeof nothing {
    const { language, whatIf } = this.state;
    if (whatIf === null) return nothing;
    const { playbook, against, names } = whatIf;
    const all = changes(this.state);
    if (all.length === 0) return html`<p>${word(language, "what_if.same", { playbook, against })}</p>`;
    return html`<p>${word(language, "what_if.changes", { playbook, against, n: all.length })}</p>
      <ul>
        ${all.map(
          (one) =>
            html`<li>
              <button aria-label=${word(language, "transcript.seek", { time: clock(one.at) })} @click=${() => this.#send("seek", one.at)}>${clock(one.at)}</button> ${word(language, `change.${one.change}`)}: ${one.text === "" ? nameOf(names, one.cue, language) : one.text}
            </li>`,
        )}
      </ul>`;
  }

  #try(event: SubmitEvent): void {
    event.preventDefault();
    this.#send("try", String(new FormData(event.target as HTMLFormElement).get("playbook") ?? ""));
  }

  #send(type: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
  }
}

customElements.define("review-what-if", ReviewWhatIf);
