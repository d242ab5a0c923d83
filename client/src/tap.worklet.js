/* Two inputs, agent and customer, in frames of 100 ms as 16 bit samples; a source without sound counts as silence. */
const FRAME = 1600;

class Tap extends AudioWorkletProcessor {
  constructor() {
    super();
    this.paused = false;
    this.fresh();
    this.port.onmessage = (event) => {
      this.paused = event.data === "pause";
      this.fresh();
    };
  }

  fresh() {
    this.frames = [new Int16Array(FRAME), new Int16Array(FRAME)];
    this.filled = 0;
  }

  process(inputs, outputs) {
    if (this.paused) return true;
    const length = outputs[0][0].length;
    for (let at = 0; at < length; at += 1) {
      for (const channel of [0, 1]) {
        const sample = inputs[channel][0]?.[at] ?? 0;
        this.frames[channel][this.filled] = Math.max(-32768, Math.min(32767, Math.round(sample * 32768)));
      }
      this.filled += 1;
      if (this.filled === FRAME) this.send();
    }
    return true;
  }

  send() {
    const [agent, customer] = this.frames;
    this.port.postMessage({ agent, customer }, [agent.buffer, customer.buffer]);
    this.fresh();
  }
}

registerProcessor("tap", Tap);
