import Decoder from "wavesurfer.js/dist/decoder.js";
import Renderer from "wavesurfer.js/dist/renderer.js";
import type { Wave } from "./review-sound";

/** How a waveform looks. */
export interface Look {
  /** Pixels of one side. */
  readonly tall: number;
  readonly agent: string;
  readonly customer: string;
}

/** A waveform in a page; the playing is done elsewhere. */
export interface Waveform {
  readonly element: HTMLElement;
  readonly destroy: () => void;
}

/**
 * Draw both sides one above the other, with the part of wavesurfer.js that draws.
 *
 * It brings a `<style>`, which the page's policy forbids: so it is made where no page sees it, and its
 * rules are adopted before it comes into ours.
 */
export function waveform(wave: Wave, seconds: number, look: Look): Waveform {
  const element = document.createElement("div");
  const side = (colour: string): { waveColor: string; progressColor: string } => ({ waveColor: colour, progressColor: colour });
  const drawn = new Renderer({
    container: element,
    height: look.tall,
    splitChannels: [side(look.agent), side(look.customer)],
    fillParent: true,
    minPxPerSec: 0,
    interact: false,
    cursorWidth: 0,
    hideScrollbar: true,
    barWidth: 2,
    barGap: 1,
    barRadius: 1,
    barMinHeight: 1,
  });
  const root = drawn.getWrapper().getRootNode();
  if (root instanceof ShadowRoot) adopt(root);
  void drawn.render(Decoder.createBuffer([wave.agent, wave.customer], seconds));
  return { element, destroy: () => drawn.destroy() };
}

function adopt(root: ShadowRoot): void {
  const style = root.querySelector("style");
  if (style === null) return;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(style.textContent);
  root.adoptedStyleSheets = [sheet];
  style.remove();
}
