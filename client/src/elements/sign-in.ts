import { css, html, LitElement, type TemplateResult } from "lit";
import type { Language } from "../strings";
import { signInStrings, type SignInKey } from "../sign-in-strings";
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
      :host(.entry) form {
        margin: 0;
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
      a {
        color: var(--say);
      }
      a:focus-visible {
        outline: 3px solid var(--focus);
      }
      @media (height < 240px) {
        form {
          grid-template-columns: 1fr 1fr;
          gap: 6px 10px;
          inline-size: 100%;
          margin: 0;
        }
        label {
          gap: 1px;
          min-inline-size: 0;
          font-size: 13px;
        }
        input,
        button {
          box-sizing: border-box;
          inline-size: 100%;
          min-block-size: 30px;
        }
        p,
        a {
          align-self: center;
          font-size: 13px;
          line-height: 1.2;
        }
      }
    `,
  ];
  declare language: Language;
  declare state: "idle" | "wrong" | "wait" | "page";

  override render(): TemplateResult {
    const { language, state } = this;
    const say = (key: SignInKey): string => signInStrings[language][key];
    const page = html`<a href="login" target="_blank" rel="noopener">${say("page")}</a>`;
    if (state === "page") return html`<p>${page}</p>`;
    return html`<form @submit=${(event: SubmitEvent) => this.#submit(event)}>
      <label>${say("user")}<input name="user" autocomplete="username" required /></label>
      <label>${say("password")}<input name="password" type="password" autocomplete="current-password" required /></label>
      <button>${say("button")}</button>
      ${state === "idle" ? page : html`<p role="status">⚠ ${say(state)}</p>`}
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
