// The page's side of the worker: one Python at a time, which can be started, asked to run, and stopped.

const SILENCE = 20_000;              // ms without news of a start, after which the page says what can be done
const GRACE = 3_000;                 // ms in which an interrupted cell should have ended
const SIGINT = 2;

export class Session {
  /**
   * @param makeWorker () => Worker
   * @param options what worker.mjs needs to start; with `interrupt`, a SharedArrayBuffer, a cell can be
   *   stopped without ending Python (browsers share memory with isolated pages only)
   * @param on handlers: stage(text), bytes(loaded), silent(), comm(message), idle(),
   *   stray(message), ready(files), died(text)
   */
  constructor(makeWorker, options, on) {
    Object.assign(this, { makeWorker, options, on, worker: null, started: null, running: null, silence: null });
    this.signal = options.interrupt && new Int32Array(options.interrupt);
  }

  /** Whether Python is on its way. */
  get starting() {
    return this.silence !== null;
  }

  /** Starts Python unless it runs; fulfilled when it is ready, rejected when it cannot start. */
  start() {
    this.started ??= new Promise((resolve, reject) => {
      const worker = (this.worker = this.makeWorker());
      let ready = false;
      const fail = (text) => {
        const { running } = this;
        this.#end(worker);
        running?.onMessage({ type: 'error', name: 'Python stopped', message: text, text: `Python stopped: ${text}` });
        running?.resolve({ ok: false, died: true });
        reject(new Error(text));
        if (ready) this.on.died(text);
      };
      this.#expect(true);
      this.cancel = () => fail('stopped');
      worker.onerror = (event) => fail(event.message || 'the worker did not load');
      worker.onmessage = ({ data }) => {
        if (this.starting) this.#expect(data.type !== 'ready');
        if (data.type === 'ready') {
          ready = true;
          this.cancel = null;                        // what has started cannot fail to start
          resolve(this.on.ready(data.files));
        } else if (data.type === 'failed') fail(data.text);
        else this.#receive(data);
      };
      worker.postMessage({ type: 'start', ...this.options });
    });
    return this.started;
  }

  /** Runs one cell; fulfilled with {ok}, {ok: false, stopped: true} or {ok: false, died: true}. */
  async run(code, label, onMessage) {
    await this.start();
    return new Promise((resolve) => {
      this.running = { resolve, onMessage };
      if (this.signal) this.signal[0] = 0;           // a signal that came too late is none
      this.worker.postMessage({ type: 'run', code, label });
    });
  }

  /** A message of a widget on its way to Python. */
  deliver(message, buffers) {
    this.worker?.postMessage({ type: 'comm', message, buffers });
  }

  /** Asks the running cell to end, which keeps all variables; true when it did, false when it cannot be asked or goes on. */
  async interrupt() {
    const { running, signal } = this;
    if (!running || !signal) return false;
    signal[0] = SIGINT;
    const late = new Promise((resolve) => setTimeout(resolve, GRACE, false));
    return Promise.race([late, running.ended ??= new Promise((resolve) => (running.onEnd = () => resolve(true)))]);
  }

  /** Ends Python at once, whatever it does; true if a cell was running. */
  stop() {
    const { running, cancel } = this;
    this.#end(this.worker);
    if (running) running.resolve({ ok: false, stopped: true });
    else cancel?.();
    return Boolean(running);
  }

  /** Minds the silence of a worker of which the next news is expected. */
  #expect(news) {
    clearTimeout(this.silence);
    this.silence = news ? setTimeout(this.on.silent, SILENCE) : null;
  }

  #end(worker) {
    worker?.terminate();
    if (worker !== this.worker) return;
    this.#expect(false);
    Object.assign(this, { worker: null, started: null, running: null, cancel: null });
  }

  #receive(data) {
    const { type } = data;
    if (type === 'stage' || type === 'bytes') this.on[type](data);
    else if (type === 'comm_idle') this.on.idle();
    else if (type.startsWith('comm_')) this.on.comm(data);
    else if (type === 'done') {
      const { running } = this;
      this.running = null;
      running?.onEnd?.();
      running?.resolve({ ok: data.ok });
    } else if (this.running) this.running.onMessage(data);
    else this.on.stray(data);                    // a widget's callback printed something
  }
}
