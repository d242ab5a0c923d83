import { css, html, LitElement, nothing, svg, type SVGTemplateResult, type TemplateResult } from "lit";
import { guard } from "lit/directives/guard.js";
import type { Review } from "../review-answers";
import { moment, pack, place, SMALLEST, ticks, widthOf } from "../review-layout";
import { cueMarks, nameOf, nudgeMarks, type Mark, type ReviewState } from "../review-state";
import { word, type ReviewKey } from "../review-strings";
import { CHANNELS, type Channel } from "../state";
import { clock } from "../strings";
import { icon } from "./icon";
import "./review-wave";
import { shared } from "./shared";
import { signs } from "./signs";

const BAND = 22;
const ROW = SMALLEST + 2;
const HATCH = 6;
/** Of one side, where its sound is drawn. */
const WAVE = 44;

/** The whole call on one line of time: stages, who spoke, cues and nudges; `seek` and `choose` out. */
export class ReviewLanes extends LitElement {
  static override properties = { state: { attribute: false }, room: { state: true } };
  static override styles = [
    shared,
    signs,
    css`
      :host {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        border-radius: 6px;
        background: var(--surface-2);
      }
      .names > div,
      .lane,
      .ruler {
        box-sizing: border-box;
        border-block-end: 1px solid color-mix(in srgb, var(--border) 35%, transparent);
      }
      .names > div {
        padding: 2px 10px;
        color: var(--muted);
        font-size: 13px;
      }
      .scroll {
        overflow-x: auto;
        overflow-y: hidden;
      }
      .scroll:focus-visible {
        outline: 3px solid var(--focus);
        outline-offset: -3px;
      }
      .inner,
      .lane {
        position: relative;
      }
      .ruler {
        position: relative;
        color: var(--muted);
        font-size: 12px;
      }
      .ruler span,
      .stage,
      .lane button {
        position: absolute;
      }
      .stages {
        overflow: hidden;
      }
      .stage {
        box-sizing: border-box;
        overflow: hidden;
        padding-inline: 6px;
        border-inline-start: 2px solid var(--border);
        font-size: 13px;
        line-height: 22px;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      svg.speech {
        display: block;
        cursor: crosshair;
      }
      .agent {
        fill: var(--say);
      }
      .customer {
        fill: var(--risk);
      }
      .sides {
        position: relative;
      }
      .heard .agent,
      .heard .customer {
        opacity: 0.22;
      }
      review-wave {
        position: absolute;
        inset: 0;
        pointer-events: none;
      }
      .hatch {
        fill: url(#hatch);
        stroke: var(--border);
      }
      .hatching {
        stroke: var(--border);
        stroke-width: 2;
      }
      .lane button {
        display: flex;
        gap: 4px;
        align-items: center;
        overflow: hidden;
        padding: 0 5px;
        border-color: var(--border);
        background: var(--surface);
        color: var(--text);
        font-size: 13px;
        white-space: nowrap;
      }
      .lane button .text {
        overflow: hidden;
        text-overflow: ellipsis;
      }
      .lane button[aria-pressed="true"] {
        border: 2px solid var(--focus);
      }
      .lane button.hidden {
        border-style: dashed;
        color: var(--muted);
      }
      .cursor {
        position: absolute;
        inset-block: 0;
        inline-size: 2px;
        background: var(--focus);
        pointer-events: none;
      }
      @media (forced-colors: active) {
        .agent {
          fill: LinkText;
        }
        .customer {
          fill: CanvasText;
        }
        .cursor {
          background: Highlight;
        }
        .lane button[aria-pressed="true"] {
          outline: 2px solid Highlight;
        }
      }
    `,
  ];
  declare state: ReviewState;
  /** How wide the page is here, in pixels. */
  declare room: number;
  #at = -1;
  #watch: ResizeObserver | null = null;

  constructor() {
    super();
    this.room = 0;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#watch = new ResizeObserver(() => this.#measure());
    this.#watch.observe(this);
  }

  override disconnectedCallback(): void {
    this.#watch?.disconnect();
    super.disconnectedCallback();
  }

  override render(): TemplateResult | typeof nothing {
    const { call, suppressed, chosen, language, wave } = this.state;
    if (call === null) return nothing;
    const width = widthOf(call.call.duration, this.room);
    return html`${guard([call, suppressed, chosen, language, wave, width], () => this.#still(call, width))}`;
  }

  /** All that stands while the moment moves. */
  #still(call: Review, width: number): TemplateResult {
    const { duration } = call.call;
    const cues = cueMarks(this.state);
    const nudges = nudgeMarks(this.state);
    const tall = (list: readonly Mark[]): number => Math.max(1, ...pack(list, duration, width).map((one) => one.row + 1)) * ROW + 4;
    const { wave } = this.state;
    const side = wave === null ? BAND + 2 : WAVE;
    const names: readonly (readonly [ReviewKey | null, number])[] = [
      [null, BAND],
      ["lane.stages", BAND + 2],
      ["lane.agent", side],
      ["lane.customer", side],
      ["lane.cues", tall(cues)],
      ["lane.nudges", tall(nudges)],
    ];
    return html`<div class="names" aria-hidden="true">${names.map(([key, height]) => html`<div .style=${`block-size:${height}px`}>${key === null ? nothing : word(this.state.language, key)}</div>`)}</div>
      <div class="scroll" tabindex="0" role="group" aria-label=${word(this.state.language, "lanes")}>
        <div class="inner" .style=${`inline-size:${width}px`}>
          <div class="ruler" aria-hidden="true" .style=${`block-size:${BAND}px`}>${ticks(duration, width).map((time) => html`<span .style=${`left:${place(time, duration, width)}px`}>${clock(time)}</span>`)}</div>
          ${this.#stages(call, width)} 
          <div class=${wave === null ? "sides" : "sides heard"}>
            ${CHANNELS.map((channel) => this.#speech(call, channel, width, side))}
            ${wave === null ? nothing : html`<review-wave aria-hidden="true" .wave=${wave} .seconds=${duration / 1000} .tall=${WAVE}></review-wave>`}
          </div>
          ${this.#lane("lane.cues", cues, tall(cues), duration, width)}
          ${this.#lane("lane.nudges", nudges, tall(nudges), duration, width)}
          <div class="cursor"></div>
        </div>
      </div>`;
  }

  /** Show the moment, and keep it in sight. */
  override updated(): void {
    const { call, at } = this.state;
    const scroll = this.renderRoot.querySelector(".scroll");
    const cursor = this.renderRoot.querySelector<HTMLElement>(".cursor");
    if (call === null || scroll === null || cursor === null) return;
    const x = place(at, call.call.duration, widthOf(call.call.duration, this.room));
    cursor.style.left = `${x}px`;
    if (at === this.#at) return;
    this.#at = at;
    if (x < scroll.scrollLeft || x > scroll.scrollLeft + scroll.clientWidth) scroll.scrollLeft = x - scroll.clientWidth / 2;
  }

  #measure(): void {
    this.room = this.renderRoot.querySelector(".scroll")?.clientWidth ?? 0;
  }

  #stages(call: Review, width: number): TemplateResult {
    const { duration } = call.call;
    const left = (at: number): number => place(at, duration, width);
    return html`<div class="lane stages" role="list" aria-label=${word(this.state.language, "lane.stages")} .style=${`block-size:${BAND + 2}px`}>
      ${call.stages.map((stage, index) => {
        const end = left(call.stages[index + 1]?.at ?? duration);
        const name = word(this.state.language, `stage.${stage.stage}`);
        return html`<span class="stage" role="listitem" title=${`${clock(stage.at)} ${name}`} .style=${`left:${left(stage.at)}px;width:${Math.max(end - left(stage.at), 2)}px`}><span class="spoken">${clock(stage.at)}</span>${name}</span>`;
      })}
    </div>`;
  }

  #speech(call: Review, channel: Channel, width: number, tall: number): TemplateResult {
    const { duration } = call.call;
    const box = (start: number, end: number, name: string, top: number, height: number, title = ""): SVGTemplateResult =>
      svg`<rect class=${name} x=${place(start, duration, width)} y=${top} width=${Math.max(1, place(end, duration, width) - place(start, duration, width))} height=${height} rx="2"><title>${title}</title></rect>`;
    const breaks = call.breaks.filter((one) => one.channel === null || one.channel === channel);
    return html`<div class="lane" .style=${`block-size:${tall}px`}>
      <svg class="speech" width=${width} height=${tall - 2} role="img" aria-label=${word(this.state.language, `lane.${channel}`)} @click=${(event: MouseEvent) => this.#seek(moment(event.offsetX, duration, width))}>
        <defs><pattern id="hatch" width=${HATCH} height=${HATCH} patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><line class="hatching" y2=${HATCH}></line></pattern></defs>
        ${call.speech.filter((span) => span.channel === channel).map((span) => box(span.start, span.end, channel, 5, tall - 12, `${clock(span.start)}–${clock(span.end)}`))}
        ${breaks.map((one) => box(one.start, one.end, "hatch", 1, tall - 4, [word(this.state.language, `break.${one.kind}`), one.reason, `${clock(one.start)}–${clock(one.end)}`].filter((text) => text !== "").join(", ")))}
      </svg>
    </div>`;
  }

  #lane(name: ReviewKey, list: readonly Mark[], height: number, duration: number, width: number): TemplateResult {
    const places = pack(list, duration, width);
    return html`<div class="lane" role="group" aria-label=${word(this.state.language, name)} .style=${`block-size:${height}px`}>
      ${list.map((mark, index) => {
        const at = places[index];
        const style = at === undefined ? "" : `left:${at.left}px;width:${at.width}px;top:${at.row * ROW + 2}px`;
        return this.#mark(mark, style);
      })}
    </div>`;
  }

  #mark(mark: Mark, style: string): TemplateResult {
    const label = this.#label(mark);
    const hidden = mark.kind === "cue" && mark.cue.suppressed !== "";
    return html`<button class=${hidden ? "hidden" : ""} aria-pressed=${this.state.chosen === mark.id} aria-label=${label} title=${label} .style=${style} @click=${() => this.#choose(mark.id)}>
      ${mark.kind === "nudge" ? html`<span class="sign ${mark.nudge.sign ?? ""}">${icon(mark.nudge.sign ?? "note")}</span>` : nothing}
      <span class="text">${mark.kind === "nudge" ? mark.nudge.text : nameOf(this.state.call?.names ?? [], mark.cue.cue, this.state.language)}</span>
    </button>`;
  }

  #label(mark: Mark): string {
    const { language, call } = this.state;
    const time = clock(mark.at);
    const name = nameOf(call?.names ?? [], mark.kind === "cue" ? mark.cue.cue : mark.nudge.cue, language);
    if (mark.kind === "cue") return word(language, mark.cue.suppressed === "" ? "mark.cue" : "mark.hidden", { time, name });
    const { sign, text, outcome } = mark.nudge;
    return word(language, "mark.nudge", { time, sign: sign === null ? "" : word(language, `sign.${sign}`), text: text === "" ? name : text, outcome: word(language, `outcome.${outcome}`) });
  }

  #seek(at: number): void {
    this.dispatchEvent(new CustomEvent("seek", { detail: at, bubbles: true, composed: true }));
  }

  #choose(id: string): void {
    this.dispatchEvent(new CustomEvent("choose", { detail: id, bubbles: true, composed: true }));
  }
}

customElements.define("review-lanes", ReviewLanes);
