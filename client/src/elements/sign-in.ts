import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import type { Language } from "../strings";
import { tell } from "../supervisor-strings";
import { shared } from "./shared";

/** Name and password of somebody who is not logged in; `sign-in` out, with both. */
export class SignIn extends LitElement {
  static override properties = { language: { attribute: false }, state: { attribute: false } };
  static override styles = [
    shared,
    css`
      form {
        display: grid;
        gap: 10px;
        inline-size: min(100%, 320px);
        margin: 12vh auto;
      }
      label {
        display: grid;
        gap: 4px;
      }
      input {
        min-block-size: 34px;
        border: 1px solid var(--border);
        border-radius: 4px;
        padding-inline: 8px;
        background: var(--surface-2);
        color: var(--text);
        font: inherit;
      }
      input:focus-visible {
        outline: 3px solid var(--focus);
        outline-offset: -1px;
      }
      button {
        min-block-size: 34px;
        border-color: var(--border);
        color: var(--text);
        font-weight: 600;
      }
      p {
        margin: 0;
      }
    `,
  ];
  declare language: Language;
  declare state: "idle" | "wrong" | "wait";

  override render(): TemplateResult {
    const { language, state } = this;
    return html`<form @submit=${(event: SubmitEvent) => this.#submit(event)}>
      <label>${tell(language, "sign_in.user")}<input name="user" autocomplete="username" required /></label>
      <label>${tell(language, "sign_in.password")}<input name="password" type="password" autocomplete="current-password" required /></label>
      <button>${tell(language, "sign_in.button")}</button>
      ${state === "idle" ? nothing : html`<p>⚠ ${tell(language, `sign_in.${state}`)}</p>`}
    </form>`;
  }

  #submit(event: SubmitEvent): void {
    event.preventDefault();
    const typed = new FormData(event.target as HTMLFormElement);
    const detail = { user: typed.get("user"), password: typed.get("password") };
    this.dispatchEvent(new CustomEvent("sign-in", { detail, bubbles: true, composed: true }));
  }
}

customElements.define("sign-in", SignIn);
