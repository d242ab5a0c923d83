import { ENDED, RESUME_MS, RETRY_MS, THEN, type ServerMessage } from "./capture-protocol";

export type Fault = Extract<ServerMessage, { type: "fault" }>;

/** What to do after a connection has ended: come back after so many milliseconds, or stay away and why. */
export type Decision = { readonly again: number } | { readonly stay: "" | "told" | "unreachable"; readonly text: string };

/** Decides after each connection, by the table of close codes; pure. */
export class Returning {
  #tries = 0;
  #heard: number | null = null;
  #received = 0;
  #brokenAfter: number | null = null;
  #renewed = false;

  /** A connection is tried; the first time, patience begins. */
  tried(now: number): void {
    this.#heard ??= now;
  }

  heard(now: number): void {
    this.#heard = now;
  }

  /** The server knew who we are. */
  welcomed(): void {
    this.#renewed = false;
  }

  /** The server takes our items: the next trouble is a new one. */
  progressed(received: number): void {
    this.#tries = 0;
    this.#received = Math.max(this.#received, received);
  }

  closed(code: number, now: number, fault: Fault | null): Decision {
    if (code === ENDED) return { stay: "", text: "" };
    const text = fault?.text ?? "";
    const decided = this.#decided(code, text, fault);
    const impatient = this.#heard !== null && now - this.#heard >= RESUME_MS;
    return "again" in decided && impatient ? { stay: "unreachable", text } : decided;
  }

  #decided(code: number, text: string, fault: Fault | null): Decision {
    const stay: Decision = { stay: "told", text: text || `close ${code}` };
    switch (THEN[code] ?? "again") {
      case "stop":
      case "report":
        return stay;
      case "once": {
        const again = this.#brokenAfter === this.#received;
        this.#brokenAfter = this.#received;
        return again ? stay : this.#later();
      }
      case "new token": {
        const again = this.#renewed;
        this.#renewed = true;
        return again ? stay : { again: 0 };
      }
      case "at once":
        return this.#tries === 0 ? this.#first() : this.#later();
      case "later": {
        const { again } = this.#later();
        return { again: Math.max(again, 1000 * (fault?.retry_after ?? 0)) };
      }
      case "again":
        return this.#later();
    }
  }

  #first(): { readonly again: number } {
    this.#tries = 1;
    return { again: 0 };
  }

  #later(): { readonly again: number } {
    const wait = RETRY_MS[Math.min(this.#tries, RETRY_MS.length - 1)] ?? 0;
    this.#tries += 1;
    return { again: wait };
  }
}
