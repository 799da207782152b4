// The page's side of ipywidgets: html-manager shows the models, and comms go to the worker and back.

const script = (src) =>
  new Promise((resolve, reject) => {
    document.head.append(Object.assign(document.createElement('script'), { src, onload: resolve, onerror: reject }));
  });
const amd = (...names) => new Promise((resolve, reject) => window.requirejs(names, resolve, reject));

async function loadManager(folder) {
  if (!window.requirejs) await script(new URL('require.js', folder));
  if (!window.requirejs.defined('@jupyter-widgets/html-manager')) await script(new URL('libembed-amd.js', folder));
  const { HTMLManager } = await amd('@jupyter-widgets/html-manager');
  return new HTMLManager({ loader: (name) => amd(name) });
}

export class Widgets {
  /**
   * @param folder where require.js and libembed-amd.js are
   * @param deliver (message, buffers) => void: sends a widget's message to Python
   */
  constructor(folder, deliver) {
    Object.assign(this, { deliver, comms: new Map(), waiting: [] });
    this.manager = loadManager(folder);
    this.last = this.manager;               // messages are handled one after the other, in order
  }

  /** Does `task` after all that came before; a failure does not hold up what follows. */
  #next(task) {
    this.last = this.last.then(task).catch((error) => console.error(error));
    return this.last;
  }

  receive({ type, comm_id, data, metadata, buffers }) {
    const views = buffers.map((bytes) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    const message = { content: { comm_id, data }, metadata, buffers: views, parent_header: {} };
    return this.#next(async () => {
      const manager = await this.manager;
      if (type === 'comm_open') await manager.handle_comm_open(this.#comm(comm_id), message);
      else if (type === 'comm_msg') await this.comms.get(comm_id)?.onMessage?.(message);
      else this.comms.get(comm_id)?.onClose?.(message);
    });
  }

  /** Python has handled a message: the widget that waits for this may send its next one. */
  idle() {
    return this.#next(() => this.waiting.shift()?.iopub?.status?.({ content: { execution_state: 'idle' } }));
  }

  show(id, node) {
    return this.#next(async () => {
      const manager = await this.manager;
      await manager.display_view(await manager.create_view(await manager.get_model(id)), node);
    });
  }

  #comm(comm_id) {
    const comm = {
      comm_id,
      target_name: 'jupyter.widget',
      on_msg: (action) => (comm.onMessage = action),
      on_close: (action) => (comm.onClose = action),
      close: () => this.comms.delete(comm_id),
      open: () => '',
      send: (data, callbacks, metadata, buffers = []) => {
        this.waiting.push(callbacks);
        this.deliver(JSON.stringify({ comm_id, data }), buffers.map((bytes) => new Uint8Array(bytes.buffer ?? bytes)));
        return String(this.waiting.length);
      },
    };
    this.comms.set(comm_id, comm);
    return comm;
  }
}
