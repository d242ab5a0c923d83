import { css } from "lit";

/** What every element of the house starts from. */
export const shared = css`
  :host {
    display: block;
  }
  button {
    min-inline-size: var(--target);
    min-block-size: var(--target);
    padding: 0 6px;
    border: 1px solid transparent;
    border-radius: 4px;
    background: none;
    color: var(--muted);
    font: inherit;
    cursor: pointer;
  }
  button:hover {
    color: var(--text);
    border-color: var(--border);
  }
  button:focus-visible {
    outline: 3px solid var(--focus);
    outline-offset: -1px;
  }
  .spoken {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
`;
