import { LitElement, type PropertyValues } from "lit";
import type { Wave } from "../review-sound";
import type { Waveform } from "../review-waveform";
import { Scope } from "../scope";

/** How loud both sides were, one above the other; clicks are the business of what lies behind. */
export class ReviewWave extends LitElement {
  static override properties = { wave: { attribute: false }, seconds: { type: Number }, tall: { type: Number } };
  declare wave: Wave;
  declare seconds: number;
  /** Pixels of one side. */
  declare tall: number;
  #scope = new Scope();
  #drawn: Waveform | null = null;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#scope = new Scope();
    this.#scope.listen(matchMedia("(prefers-color-scheme: light)"), "change", () => void this.#draw());
  }

  override disconnectedCallback(): void {
    this.#scope.close();
    this.#drawn?.destroy();
    this.#drawn = null;
    super.disconnectedCallback();
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has("wave") || changed.has("seconds")) void this.#draw();
  }

  /** What draws is only loaded here: most calls have no sound. */
  async #draw(): Promise<void> {
    const scope = this.#scope;
    const { waveform } = await import("../review-waveform");
    if (scope.closed) return;
    const colour = (name: string): string => getComputedStyle(this).getPropertyValue(name).trim();
    const drawn = waveform(this.wave, this.seconds, { tall: this.tall, agent: colour("--say"), customer: colour("--risk") });
    this.replaceChildren(drawn.element);
    this.#drawn?.destroy();
    this.#drawn = drawn;
  }
}

customElements.define("review-wave", ReviewWave);
