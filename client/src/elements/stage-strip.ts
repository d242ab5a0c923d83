import { css, html, LitElement, type TemplateResult } from "lit";
import { later } from "../later-strings";
import { MARKS, type Call } from "../state";
import type { Language } from "../strings";
import { shared } from "./shared";

const GLYPHS = { maybe: "◐", heard: "✓" };

/** Five marks: what the call has heard from the agent. */
export class StageStrip extends LitElement {
  static override properties = { heard: { attribute: false }, language: { attribute: false } };
  static override styles = [
    shared,
    css`
      :host {
        color: var(--muted);
        font-size: 13px;
        white-space: nowrap;
      }
      .mark {
        display: inline-block;
        inline-size: 1.15em;
        text-align: center;
      }
      @container (width < 340px) {
        .mark {
          inline-size: 1em;
        }
      }
    `,
  ];
  declare heard: Call["heard"];
  declare language: Language;

  override render(): TemplateResult {
    const name = (mark: (typeof MARKS)[number]): string => later(this.language, `mark.${mark}`);
    const heard = MARKS.filter((mark) => this.heard[mark] === "heard").map(name);
    const label = heard.length === 0 ? later(this.language, "strip.nothing") : later(this.language, "strip.heard", { marks: heard.join(", ") });
    return html`<span role="img" aria-label=${label}
      >${MARKS.map((mark) => {
        const state = this.heard[mark];
        return html`<span class="mark" title=${name(mark)}>${state === undefined ? "○" : GLYPHS[state]}</span>`;
      })}</span
    >`;
  }
}

customElements.define("stage-strip", StageStrip);
