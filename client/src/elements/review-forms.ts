import { css } from "lit";

/** Fields and buttons of the review page. */
export const forms = css`
  input,
  select,
  textarea {
    box-sizing: border-box;
    min-block-size: 32px;
    border: 1px solid var(--border);
    border-radius: 4px;
    padding: 2px 8px;
    background: var(--surface);
    color: var(--text);
    font: inherit;
  }
  textarea {
    inline-size: 100%;
    padding-block: 6px;
    resize: vertical;
  }
  label {
    color: var(--muted);
  }
  input:focus-visible,
  select:focus-visible,
  textarea:focus-visible {
    outline: 3px solid var(--focus);
    outline-offset: -1px;
  }
  input[type="file"] {
    padding-block: 4px;
  }
  button.solid {
    min-block-size: 32px;
    padding-inline: 12px;
    border-color: var(--border);
    color: var(--text);
  }
  button[aria-pressed="true"] {
    border-color: var(--focus);
    background: var(--surface);
    color: var(--text);
    font-weight: 600;
  }
`;

/** A part of a call with a ground of its own, and its heading. */
export const panel = css`
  :host {
    border-radius: 6px;
    padding: 8px 14px 12px;
    background: var(--surface-2);
  }
  h2 {
    margin: 0;
    padding-block: 4px;
    font-size: 15px;
  }
`;
