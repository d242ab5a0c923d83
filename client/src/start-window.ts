import type { Scope } from "./scope";
import type { Chosen } from "./chosen";
import type { Surface } from "./start-state";

/** Document Picture-in-Picture, as far as this page needs it; only some browsers have it. */
interface Popping {
  requestWindow(options: { width: number; height: number; disallowReturnToOpener: boolean }): Promise<Window>;
}

const popping = (): Popping | undefined => (window as { documentPictureInPicture?: Popping }).documentPictureInPicture;

/** Whether this browser has windows that stay above all others. */
export const canPop = (): boolean => popping() !== undefined;

/** The overlay's address; the token of local mode stays behind the #. */
export function overlayUrl(surface: "tab" | "pip", chosen: Chosen, hash: string): string {
  const url = new URL("overlay", document.baseURI);
  url.searchParams.set("surface", surface);
  if (chosen.ui !== "") url.searchParams.set("ui", chosen.ui);
  if (chosen.theme !== "") url.searchParams.set("theme", chosen.theme);
  if (!chosen.keys) url.searchParams.set("keys", "off");
  url.hash = hash;
  return url.href;
}

/** Put the overlay into a window that stays above all others; must be called by a click. */
export async function popOut(scope: Scope, url: string, title: string, report: (surface: Surface) => void): Promise<void> {
  const opened = await popping()?.requestWindow({ width: 360, height: 180, disallowReturnToOpener: true });
  if (opened === undefined) return report("tab");
  const page = opened.document;
  page.title = title;
  page.body.style.cssText = "margin: 0; overflow: hidden";
  const frame = page.createElement("iframe"); // moved elements lose their styles, so the page comes anew
  frame.src = url;
  frame.title = title;
  frame.style.cssText = "position: fixed; inset: 0; inline-size: 100%; block-size: 100%; border: 0";
  page.body.append(frame);
  scope.own(() => opened.close());
  scope.listen(opened, "pagehide", () => report("back"));
  report("window");
}
