import type { Scope } from "./scope";
import "./elements/sign-in";
import type { SignIn } from "./state";

/** How people come in here: the form, the page of its own where an identity provider is asked, or the printed link alone. */
export type Way = "form" | "page" | "none";
export type Refusal = "wrong" | "wait";

const WRONG = 401;

/** Ask the server how people come in; in local mode nobody logs in. */
export async function way(): Promise<Way> {
  const answer = await fetch(new URL("login", document.baseURI)).catch(() => null);
  if (answer === null || !answer.ok || answer.redirected) return "none";
  return (await answer.text()).includes('data-people="yes"') ? "form" : "page";
}

/** Log in with what was typed; null = it worked. */
export async function signIn(typed: unknown): Promise<Refusal | null> {
  const asked = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(typed) };
  const answer = await fetch(new URL("api/login", document.baseURI), asked).catch(() => null);
  if (answer?.ok) return null;
  return answer?.status === WRONG ? "wrong" : "wait";
}

/** Tell whether somebody is logged in. */
export async function signedIn(): Promise<boolean> {
  const answer = await fetch(new URL("api/me", document.baseURI)).catch(() => null);
  return answer?.status !== WRONG;
}

/** Let somebody sign in on a page that was refused; `again` tries anew, and this ends when it does. */
export async function enter(whole: Scope, page: EventTarget, report: (event: { type: "local.sign_in"; answer: SignIn }) => void, again: () => void): Promise<void> {
  const found = await way();
  if (whole.closed) return;
  const scope = whole.child();
  const retry = (): void => {
    scope.close();
    again();
  };
  const submit = async (typed: unknown): Promise<void> => {
    const refusal = await signIn(typed);
    if (refusal === null) retry();
    else report({ type: "local.sign_in", answer: refusal });
  };
  report({ type: "local.sign_in", answer: found === "none" ? "none" : "ready" });
  scope.listen(page, "open-form", () => report({ type: "local.sign_in", answer: found === "page" ? "page" : "idle" }));
  scope.listen<CustomEvent<unknown>>(page, "sign-in", (event) => void submit(event.detail));
  if (found === "page") scope.listen(window, "focus", retry); // perhaps somebody signed in on the other page
}
