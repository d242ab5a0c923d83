import { RATE } from "./capture-protocol";
import type { Sound } from "./capture-watch";
import type { Scope } from "./scope";
import tap from "./tap.worklet.js?url";

/** Why a source could not be opened. */
export type Refused = "denied" | "missing" | "no_audio" | "unsupported";

export class RefusedError extends Error {
  constructor(readonly why: Refused) {
    super(why);
  }
}

const PLAIN = { noiseSuppression: false, autoGainControl: false };

/** Open the agent's microphone. */
export async function openMicrophone(device: string): Promise<MediaStream> {
  const wanted = device === "" ? {} : { deviceId: { exact: device } };
  return ask(() => navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1, echoCancellation: true, ...PLAIN, ...wanted } }));
}

/** Let the agent choose the tab in which the customer is heard. */
export async function openTab(): Promise<MediaStream> {
  const shared = await ask(() =>
    navigator.mediaDevices.getDisplayMedia({
      video: true,
      audio: { echoCancellation: false, ...PLAIN, suppressLocalAudioPlayback: false },
      selfBrowserSurface: "exclude",
      systemAudio: "include",
    } as DisplayMediaStreamOptions),
  );
  for (const track of shared.getVideoTracks()) track.enabled = false; // to stop it may end the sound
  if (shared.getAudioTracks().length > 0) return shared;
  stop(shared);
  throw new RefusedError("no_audio");
}

/** The microphones of this machine; their names are known once one was allowed. */
export async function microphones(): Promise<readonly MediaDeviceInfo[]> {
  const all = await navigator.mediaDevices.enumerateDevices();
  return all.filter((one) => one.kind === "audioinput" && one.deviceId !== "");
}

export function stop(stream: MediaStream | null): void {
  for (const track of stream?.getTracks() ?? []) track.stop();
}

async function ask(open: () => Promise<MediaStream>): Promise<MediaStream> {
  try {
    return await open();
  } catch (error) {
    const name = error instanceof DOMException ? error.name : "";
    throw new RefusedError(name === "NotAllowedError" || name === "AbortError" ? "denied" : name === "NotFoundError" || name === "OverconstrainedError" ? "missing" : "unsupported");
  }
}

export interface Heard {
  readonly sound: (frame: Sound) => void;
  /** The browser stopped, or goes on with, the sound. */
  readonly running: (running: boolean) => void;
}

/** Both sides on one clock: one context, one worklet with two inputs. */
export class Tap {
  #sources: (MediaStreamAudioSourceNode | null)[] = [null, null];

  private constructor(
    private readonly context: AudioContext,
    private readonly node: AudioWorkletNode,
  ) {}

  static async open(scope: Scope, heard: Heard): Promise<Tap> {
    const context = new AudioContext({ sampleRate: RATE });
    scope.own(() => void context.close());
    await context.audioWorklet.addModule(tap);
    const node = new AudioWorkletNode(context, "tap", { numberOfInputs: 2, numberOfOutputs: 1, outputChannelCount: [1], channelCount: 1, channelCountMode: "explicit" });
    node.port.onmessage = (event: MessageEvent<Sound>) => heard.sound(event.data);
    scope.own(() => (node.port.onmessage = null));
    node.connect(context.destination); // it plays silence: a node that leads nowhere may be left out
    scope.listen(context, "statechange", () => heard.running(context.state === "running"));
    void context.resume();
    return new Tap(context, node);
  }

  /** Hear this as the agent (0) or the customer (1), instead of what was heard before. */
  connect(input: 0 | 1, stream: MediaStream): void {
    this.#sources[input]?.disconnect();
    const source = this.context.createMediaStreamSource(new MediaStream(stream.getAudioTracks()));
    source.connect(this.node, 0, input);
    this.#sources[input] = source;
  }

  /** Send nothing while the call is paused. */
  pause(paused: boolean): void {
    this.node.port.postMessage(paused ? "pause" : "go");
  }

  get running(): boolean {
    return this.context.state === "running";
  }

  /** After a click the browser lets a suspended context go on. */
  wake(): void {
    void this.context.resume();
  }
}
