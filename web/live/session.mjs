// The page's side of the worker: one Python at a time, which can be started, asked to run, and stopped.

const SILENCE = 20_000;              // ms without news of a start, after which the page says what can be done

export class Session {
  /**
   * @param makeWorker () => Worker
   * @param options what worker.mjs needs to start
   * @param on handlers: stage(text), bytes(loaded), silent(), comm(message), idle(),
   *   stray(message), ready(files)
   */
  constructor(makeWorker, options, on) {
    Object.assign(this, { makeWorker, options, on, worker: null, started: null, running: null, silence: null });
  }

  /** Whether Python is on its way. */
  get starting() {
    return this.silence !== null;
  }

  /** Starts Python unless it runs; fulfilled when it is ready, rejected when it cannot start. */
  start() {
    this.started ??= new Promise((resolve, reject) => {
      const worker = (this.worker = this.makeWorker());
      const fail = (text) => {
        const { running } = this;
        this.#end(worker);
        running?.onMessage({ type: 'error', name: 'Python stopped', text: `Python stopped: ${text}` });
        running?.resolve({ ok: false });
        reject(new Error(text));
      };
      this.#expect(true);
      this.cancel = () => fail('stopped');
      worker.onerror = (event) => fail(event.message || 'the worker did not load');
      worker.onmessage = ({ data }) => {
        if (this.starting) this.#expect(data.type !== 'ready');
        if (data.type === 'ready') resolve(this.on.ready(data.files));
        else if (data.type === 'failed') fail(data.text);
        else this.#receive(data);
      };
      worker.postMessage({ type: 'start', ...this.options });
    });
    return this.started;
  }

  /** Runs one cell; fulfilled with {ok} or {ok: false, stopped: true}. */
  async run(code, label, onMessage) {
    await this.start();
    return new Promise((resolve) => {
      this.running = { resolve, onMessage };
      this.worker.postMessage({ type: 'run', code, label });
    });
  }

  /** A message of a widget on its way to Python. */
  deliver(message, buffers) {
    this.worker?.postMessage({ type: 'comm', message, buffers });
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
      running?.resolve({ ok: data.ok });
    } else if (this.running) this.running.onMessage(data);
    else this.on.stray(data);                    // a widget's callback printed something
  }
}
