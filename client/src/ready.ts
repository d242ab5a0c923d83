/** Ask the server what words still wait for: `loading 43 %`, a sentence that says why there are none, or nothing. */
export async function readiness(): Promise<string> {
  const answer = await fetch(new URL("ready", document.baseURI));
  if (answer.ok) return "";
  return ((await answer.json()) as { model?: string }).model ?? "";
}
