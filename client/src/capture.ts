import { pcm16, type Trouble } from "./capture-protocol";
import { Link } from "./capture-link";
import { Sender } from "./capture-sender";
import { openMicrophone, openTab, RefusedError, stop, Tap, type Refused } from "./capture-sound";
import { level, Watch, type Sound } from "./capture-watch";
import { Scope } from "./scope";
import type { Chosen } from "./chosen";
import type { StartEvent } from "./start-state";

export type Side = "agent" | "customer";
const INPUT = { agent: 0, customer: 1 } as const;

export interface Service {
  readonly url: string;
  readonly token: () => Promise<string | null>;
  readonly report: (event: StartEvent) => void;
}

/** Microphone and call tab, on their way to the service. */
export class Capture {
  #tap: Promise<Tap> | null = null;
  #streams: Record<Side, MediaStream | null> = { agent: null, customer: null };
  #shares: Record<Side, Scope>;
  #call: { readonly scope: Scope; readonly sender: Sender; readonly link: Link; watch: Watch } | null = null;
  #told = "";

  constructor(
    private readonly scope: Scope,
    private readonly service: Service,
  ) {
    this.#shares = { agent: scope.child(), customer: scope.child() };
    scope.own(() => Object.values(this.#streams).forEach(stop));
  }

  /** Open one side; a side that was open before is replaced, and stays when the new one is refused. */
  async open(side: Side, device = ""): Promise<void> {
    this.service.report({ type: "start.source", side, source: "asking" });
    try {
      const stream = await (side === "agent" ? openMicrophone(device) : openTab());
      await this.#use(side, stream);
      this.service.report({ type: "start.source", side, source: "on" });
      this.#status(side, null);
    } catch (error) {
      const why: Refused = error instanceof RefusedError ? error.why : "unsupported";
      const kept = this.#streams[side] !== null && why !== "no_audio";
      this.service.report({ type: "start.source", side, source: kept ? "on" : why });
      if (!kept) this.#status(side, side === "agent" ? (why === "denied" ? "mic_denied" : "mic_missing") : "customer_missing");
    }
  }

  /** Begin a call with what is open. */
  begin({ spoken, playbook, help }: Chosen): void {
    if (this.#call !== null) return;
    const scope = this.scope.child();
    const sender = new Sender({ call_id: `web-${crypto.randomUUID()}`, language: spoken, playbook, help_level: help });
    const changed = (): void => this.#changed();
    const link = new Link(scope, sender, { url: this.service.url, token: this.service.token, now: () => performance.now(), changed });
    this.#call = { scope, sender, link, watch: new Watch() };
    if (this.#streams.customer === null) sender.status("customer_missing", true);
    if (this.#streams.agent === null) sender.status("mic_missing", true);
    void this.#tap?.then((tap) => sender.status("capture_suspended", !tap.running));
    changed();
  }

  /** End the call. */
  end(): void {
    this.#call?.sender.end("hangup");
    this.#call?.link.wake();
    this.#changed();
  }

  /** Record nothing, from now on and whatever the network does. */
  pause(paused: boolean): void {
    const call = this.#call;
    if (call === null) return;
    if (paused) call.sender.pause("privacy", performance.now());
    else call.sender.resume(performance.now());
    call.link.wake();
    this.#changed();
  }

  /** A click lets a context go on that the browser suspended. */
  wake(): void {
    void this.#tap?.then((tap) => tap.wake());
  }

  #open(): Promise<Tap> {
    const opened = Tap.open(this.scope, { sound: (frame) => this.#hear(frame), running: (on) => this.#call?.sender.status("capture_suspended", !on) });
    return opened.catch((error: unknown) => {
      this.#tap = null; // the next click tries anew
      throw error;
    });
  }

  async #use(side: Side, stream: MediaStream): Promise<void> {
    try {
      this.#tap ??= this.#open();
      (await this.#tap).connect(INPUT[side], stream);
    } catch (error) {
      stop(stream);
      throw error;
    }
    this.#shares[side].close();
    stop(this.#streams[side]);
    this.#streams[side] = stream;
    const share = (this.#shares[side] = this.scope.child());
    for (const track of stream.getAudioTracks()) {
      track.enabled = this.#call?.sender.paused !== true;
      share.listen(track, "ended", () => this.#ended(side));
      if (side === "agent") for (const type of ["mute", "unmute"]) share.listen(track, type, () => this.#call?.sender.status("mic_muted", track.muted));
    }
  }

  #ended(side: Side): void {
    this.#streams[side] = null;
    this.service.report({ type: "start.source", side, source: "ended" });
    this.#status(side, side === "agent" ? "mic_missing" : "tab_ended");
  }

  /** Tell the trouble of a side that holds now, and that no other does. */
  #status(side: Side, trouble: Trouble | null): void {
    const all: readonly Trouble[] = side === "agent" ? ["mic_denied", "mic_missing", "mic_silent"] : ["customer_missing", "customer_silent", "tab_ended"];
    for (const code of all) this.#call?.sender.status(code, code === trouble);
    if (this.#call !== null) this.#call.watch = new Watch();
    this.#call?.link.wake();
  }

  #hear(frame: Sound): void {
    this.service.report({ type: "start.level", agent: level(frame.agent), customer: level(frame.customer) });
    const call = this.#call;
    if (call === null) return;
    for (const side of ["agent", "customer"] as const) call.sender.audio(side, pcm16(frame[side]));
    for (const [code, active] of Object.entries(call.watch.hear(frame))) {
      const side = code === "customer_silent" ? "customer" : "agent";
      if (this.#streams[side] !== null || !active) call.sender.status(code as Trouble, active);
    }
    call.link.check();
    call.link.wake();
  }

  /** Follow what became of the call: a pause, a lost link, its end. */
  #changed(): void {
    const call = this.#call;
    if (call === null) return;
    const { sender, link } = call;
    this.#silence(sender.paused);
    const told: StartEvent = { type: "start.call", link: link.up ? "up" : sender.epoch === 0 ? "new" : "lost", paused: sender.paused, over: sender.outcome?.stay ?? null, text: sender.outcome?.text ?? "", signedOut: link.signedOut };
    if (JSON.stringify(told) !== this.#told) this.service.report(told);
    this.#told = JSON.stringify(told);
    if (sender.outcome === null) return;
    this.#call = null;
    this.#silence(false);
    this.#told = "";
    call.scope.close();
  }

  #silence(paused: boolean): void {
    for (const stream of Object.values(this.#streams)) for (const track of stream?.getAudioTracks() ?? []) track.enabled = !paused;
    void this.#tap?.then((tap) => tap.pause(paused));
  }
}
