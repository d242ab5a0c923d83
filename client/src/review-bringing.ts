import type { Bringing } from "./elements/review-bring";
import { address, type Link } from "./review-link";
import type { ReviewMessage } from "./review-state";
import type { Scope } from "./scope";

const LOOK_MS = 700;
/** Who was told so asks again: nobody answers just now. */
const PASSING: readonly number[] = [0, 429, 502, 503, 504];

/** Brings a recording to the server, and follows it until it is a call; returns its id, or nothing. */
export async function bring(scope: Scope, link: Link, wanted: Bringing, report: (message: ReviewMessage) => void): Promise<string> {
  const { file, language, first, basis } = wanted;
  const begun = await link.ask("bring", { size: file.size, language, first, basis });
  if (begun.type !== "brought") return failed(begun.type === "failure" ? begun.status : 0, report);
  report({ type: "local.sent", share: 0 });
  report(begun);
  const status = await send(scope, link, address(`api/recording/${begun.id}`), file, (share) => report({ type: "local.sent", share }));
  const end = (status: number): string => {
    report({ ...begun, state: "failed", text: String(status) });
    return failed(status, report);
  };
  if (status === 0) return end(status);
  for (;;) {
    await new Promise<void>((go) => scope.after(LOOK_MS, go));
    const far = await link.ask("brought", { id: begun.id });
    if (far.type === "failure" && PASSING.includes(far.status)) continue;
    if (far.type !== "brought") return end(far.type === "failure" ? far.status : 0);
    if (far.state === "sending") return end(status); // refused before it was read
    report(far);
    if (far.state === "stored") return far.call;
    if (far.state === "failed") return "";
  }
}

function failed(status: number, report: (message: ReviewMessage) => void): string {
  report({ type: "local.failed", status });
  return "";
}

/** Send a file and tell how much of it is there; returns the status. Only this old way tells it. */
function send(scope: Scope, link: Link, url: URL, file: File, sent: (share: number) => void): Promise<number> {
  return new Promise((done) => {
    const request = new XMLHttpRequest();
    const within = scope.child();
    const end = (status: number): void => {
      within.close();
      done(status);
    };
    within.listen<ProgressEvent>(request.upload, "progress", (event) => sent(event.total > 0 ? event.loaded / event.total : 0));
    within.listen(request, "load", () => end(request.status));
    within.listen(request, "error", () => end(0));
    within.listen(request, "abort", () => end(0));
    request.open("PUT", url);
    for (const [name, value] of Object.entries(link.headers)) request.setRequestHeader(name, value);
    request.setRequestHeader("content-type", "application/octet-stream");
    request.send(file);
  });
}
