// The page's side of ipywidgets: html-manager shows the models, and comms go to the worker and back.

const add = (tag, attributes) =>
  new Promise((resolve, reject) => {
    document.head.append(Object.assign(document.createElement(tag), attributes, { onload: resolve, onerror: reject }));
  });

/** The widget libraries and what makes widgets accessible, as the stored figures use them. */
async function loadBookWidgets(folder) {
  if (!window.bookWidgets) {
    await Promise.all([
      add('script', { src: new URL('book_widgets.js', folder) }),
      add('link', { rel: 'stylesheet', href: new URL('book_widgets.css', folder) }),
    ]);
  }
  await window.bookWidgets.stored;                     // one after the other: both may fetch the libraries
  return window.bookWidgets.makeManager();
}

export class Widgets {
  /**
   * @param folder where require.js and libembed-amd.js are
   * @param deliver (message, buffers) => void: sends a widget's message to Python
   */
  constructor(folder, deliver) {
    Object.assign(this, { deliver, comms: new Map(), waiting: [] });
    this.manager = loadBookWidgets(folder);
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
      node.classList.add('interactive-figure', 'is-live');
      const place = node.appendChild(document.createElement('div'));
      await manager.display_view(await manager.create_view(await manager.get_model(id)), place);
      window.bookWidgets.watch(node, place);
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
