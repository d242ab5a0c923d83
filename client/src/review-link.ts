import type { Answer } from "./review-answers";

export const OK = 200;

export type Asked = Readonly<Record<string, string | number | boolean>>;
/** What went wrong: a status of HTTP; 0 = nobody answered. */
export interface Failure {
  readonly type: "failure";
  readonly status: number;
}

/** The one way to the server: who asks is told by the cookie, or on one machine by the link's token. */
export class Link {
  readonly #token: string;

  constructor(token: string) {
    this.#token = token;
  }

  get headers(): Readonly<Record<string, string>> {
    return this.#token === "" ? {} : { authorization: `Bearer ${this.#token}` };
  }

  send(name: string, body: Asked): Promise<Response> {
    const headers = { "content-type": "application/json", ...this.headers };
    return fetch(address(`api/review/${name}`), { method: "POST", headers, body: JSON.stringify(body) });
  }

  async ask(name: string, body: Asked): Promise<Answer | Failure> {
    const answer = await this.send(name, body).catch(() => null);
    if (answer?.status !== OK) return { type: "failure", status: answer?.status ?? 0 };
    return (await answer.json()) as Answer;
  }
}

export function address(path: string): URL {
  return new URL(path, document.baseURI);
}
