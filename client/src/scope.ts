/** One owner for everything that must end: listeners, timers, sockets. */
export class Scope {
  readonly #ends = new Set<() => void>();
  #closed = false;

  /** True once `close` has run; a closed scope starts nothing. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Run `end` when the scope closes; returns a function that runs it earlier. */
  own(end: () => void): () => void {
    if (this.#closed) {
      end();
      return () => undefined;
    }
    const once = (): void => {
      if (this.#ends.delete(once)) end();
    };
    this.#ends.add(once);
    return once;
  }

  /** Listen until the scope closes; returns the function that stops listening. */
  listen<E extends Event>(target: EventTarget, type: string, heard: (event: E) => void): () => void {
    const listener = heard as EventListener;
    target.addEventListener(type, listener);
    return this.own(() => target.removeEventListener(type, listener));
  }

  /** Run `act` once, after so many milliseconds; returns the function that calls it off. */
  after(milliseconds: number, act: () => void): () => void {
    if (this.#closed) return () => undefined;
    const timer = setTimeout(() => {
      this.#ends.delete(stop);
      act();
    }, milliseconds);
    const stop = this.own(() => clearTimeout(timer));
    return stop;
  }

  /** Open a socket that closes with the scope. */
  socket(url: string, protocols: string[]): WebSocket {
    const socket = new WebSocket(url, protocols);
    this.own(() => socket.close());
    return socket;
  }

  /** A scope inside this one: it may close earlier, never later. */
  child(): Scope {
    const child = new Scope();
    const forget = this.own(() => child.close());
    child.own(forget);
    return child;
  }

  /** End everything, newest first. */
  close(): void {
    this.#closed = true;
    for (const end of [...this.#ends].reverse()) end();
  }
}
