import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import type { Language } from "../strings";
import type { SupervisorState } from "../supervisor-state";
import { tell } from "../supervisor-strings";
import { shared } from "./shared";

const LONGEST = 2000;

/** Words to the agent; `note` out. What was typed stays until it has arrived. */
export class NoteBox extends LitElement {
  static override properties = { note: { attribute: false }, language: { attribute: false } };
  static override styles = [
    shared,
    css`
      form {
        display: grid;
        gap: 6px;
      }
      label {
        font-weight: 600;
      }
      textarea {
        box-sizing: border-box;
        inline-size: 100%;
        min-block-size: 64px;
        resize: vertical;
        padding: 6px 8px;
        border: 1px solid var(--border);
        border-radius: 4px;
        background: var(--surface);
        color: var(--text);
        font: inherit;
      }
      textarea:focus-visible {
        outline: 3px solid var(--focus);
        outline-offset: -1px;
      }
      .row {
        display: flex;
        flex-wrap: wrap;
        gap: 8px 12px;
        align-items: center;
        color: var(--muted);
        font-size: 13px;
      }
      button {
        padding-inline: 14px;
        border-color: var(--border);
        color: var(--text);
        font-weight: 600;
      }
      button:disabled {
        color: var(--muted);
        cursor: default;
      }
    `,
  ];
  declare note: SupervisorState["note"];
  declare language: Language;

  /** The note has arrived: forget what was typed. */
  override willUpdate(changed: Map<string, unknown>): void {
    if (changed.get("note") === "sending" && this.note === "idle") {
      const area = this.renderRoot.querySelector("textarea");
      if (area !== null) area.value = "";
    }
  }

  override render(): TemplateResult {
    const { language, note } = this;
    const state = note === "idle" ? "note.hint" : (`note.${note}` as const);
    return html`<form @submit=${(event: Event) => this.#send(event)} @keydown=${(event: KeyboardEvent) => this.#key(event)}>
      <label for="text">${tell(language, "note.label")}</label>
      <textarea id="text" maxlength=${LONGEST} rows="3" required aria-describedby="state"></textarea>
      <div class="row">
        <button ?disabled=${note === "sending"}>${tell(language, "note.send")}</button>
        <span id="state">${note === "failed" ? "⚠ " : nothing}${tell(language, state)}</span>
      </div>
    </form>`;
  }

  #key(event: KeyboardEvent): void {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.#send(event);
  }

  #send(event: Event): void {
    event.preventDefault();
    const text = this.renderRoot.querySelector("textarea")?.value.trim() ?? "";
    if (text === "" || this.note === "sending") return;
    this.dispatchEvent(new CustomEvent("note", { detail: text, bubbles: true, composed: true }));
  }
}

customElements.define("note-box", NoteBox);
