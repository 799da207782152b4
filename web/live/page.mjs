// Makes the code cells of a page run. Nothing beyond this script and its small parts is fetched before
// the reader asks to run or edit something; then come the list of cells, the editor, and Python.
import { Bar } from './bar.mjs';
import { Cell } from './cell.mjs';
import { Notebook } from './notebook.mjs';
import { keepForOffline, startServiceWorker } from './offline.mjs';
import { Session } from './session.mjs';
import { Store } from './store.mjs';
import { Widgets } from './widgets.mjs';

const here = new URL('.', import.meta.url);
const root = new URL(document.documentElement.dataset.content_root ?? '.', location.href);
const article = document.querySelector('article.bd-article');
const SLOW = 30_000;                 // ms after which a small file will not come any more
const store = new Store(window.localStorage, location.pathname);
const once = (action) => {
  let result;                                        // what failed is tried again
  return () => (result ??= action().catch((error) => ((result = undefined), Promise.reject(error))));
};

// What is fetched on demand ---------------------------------------------------------------------

const loadNotebook = once(async () => {
  const answer = await fetch(location.pathname.replace(/\.html$/, '') + '.cells.json', { signal: AbortSignal.timeout(SLOW) });
  if (!answer.ok) throw new Error(`the list of its cells did not arrive (${answer.status})`);
  const { live, cells } = await answer.json();
  const notebook = new Notebook(cells);
  return { live, notebook, position: (cell) => cells.findIndex(({ id }) => id === cell.id) };
});
const loadEditor = once(() => import('./vendor/editor.mjs'));

const startSession = once(async () => {
  const { live, notebook } = await loadNotebook();
  article.dataset.python = 'wanted';                 // from now on the cells show all their buttons
  await startServiceWorker(root);
  const python = new URL(live.python.folder, root);
  const options = {
    indexURL: python.href,
    lockFileURL: new URL(live.python.lock, python).href,
    kernelURL: new URL('kernel.py', here).href,
    bytecodeURL: new URL('bytecode.py', here).href,
  };
  const megabytes = live.python.transfer / 1e6;
  let widgets = null;
  let doing = 'Getting ready…';
  const session = new Session(() => new Worker(new URL('worker.mjs', here), { type: 'module' }), options, {
    stage: ({ text }) => bar.say((doing = `${text}…`)),
    bytes: ({ loaded }) => {
      bar.say(doing);
      bar.progress(Math.min(loaded / live.python.bytes, 1), megabytes);
    },
    silent: () => bar.say(`${doing} This takes long. ■ Stop ends it; then a cell can be run again.`),
    ready: (files) => {
      bar.progress();
      notebook.restarted();
      keepForOffline([...files, new URL('vendor/editor.mjs', here).href]).then((kept) => {
        if (kept) bar.offline.textContent = 'Works offline now.';
      });
    },
    comm: (message) => {
      widgets ??= new Widgets(new URL('_static/', root), (text, buffers) => session.deliver(text, buffers));
      widgets.receive(message);
    },
    idle: () => widgets.idle(),
    stray: (message) => lastOutputs?.add(message),
  });
  return {
    session,
    widgets: () => widgets,
    forgetWidgets: () => (widgets = null),
  };
});

// Running ---------------------------------------------------------------------------------------

let lastOutputs = null;
let queue = Promise.resolve();
let generation = 0;                 // a stop drops what still waits

/** Runs cells one after the other; `plan` (notebook, position) => positions is asked when their turn comes. */
function enqueue(plan, wanted) {
  const mine = generation;
  bar.say(queueIsBusy ? bar.text.textContent : 'Getting ready…');
  queue = queue.then(() => mine === generation && runAll(plan, wanted)).catch((error) => bar.say(`${error.message}`));
  return queue;
}

let queueIsBusy = false;

async function runAll(plan, wanted) {
  queueIsBusy = true;
  bar.buttons['■ Stop'].disabled = false;
  try {
    const { notebook, position: positionOf } = await loadNotebook();
    const { session } = await startSession();
    await session.start();
    const positions = plan(notebook, positionOf);
    for (const [i, position] of positions.entries()) {
      const cell = cellOf(notebook.cells[position].id);
      const first = wanted && cell !== wanted;
      bar.say(
        first ? `Running the cells above first: ${i + 1} of ${positions.length - 1}…`
        : positions.length > 1 && !wanted ? `Running cell ${i + 1} of ${positions.length}…` : 'Running…',
      );
      const { ok, stopped, error } = await runCell(notebook, position, cell);
      if (stopped) return;
      if (!notebook.ended(position, ok)) {
        const where = cell?.input ? `Code cell ${cell.number}` : 'A set-up cell that the page does not show';
        const rest = i + 1 < positions.length ? ' The cells after it were not run.' : '';
        return bar.say(`${where} ended with ${error}.${rest}`);
      }
    }
    bar.say('Done.');
  } catch (error) {
    sayWhy(error);
  } finally {
    queueIsBusy = false;
    bar.progress();
    bar.buttons['■ Stop'].disabled = true;
  }
}

function sayWhy(error) {
  if (error.message !== 'stopped') bar.say(`Python could not start: ${error.message}. Run a cell to try again.`);
}

async function runCell(notebook, position, cell) {
  const { session, widgets } = await startSession();
  const info = notebook.cells[position];
  const outputs = cell?.outputs();
  const messages = [];
  let error = 'an error';
  lastOutputs = outputs;
  if (cell) cell.state = 'running';
  const since = performance.now();
  const result = await session.run(cell ? cell.text(info) : info.source, `cell ${cell?.number ?? ''}`.trim(), (message) => {
    messages.push(message);
    if (message.type === 'error') error = message.name;
    const silent = info.tags.some((tag) => tag === 'remove-output' || tag === 'remove-cell');
    if (!silent) outputs?.add(message);
  });
  if (result.stopped) return result;
  outputs?.end();
  const seconds = (performance.now() - since) / 1000;
  await widgets()?.last;
  if (cell) cell.state = result.ok ? 'done' : 'failed';
  document.dispatchEvent(new CustomEvent('live:cell', { detail: { id: info.id, ok: result.ok, seconds, messages } }));
  return { ...result, error };
}

/** Ends Python and starts it anew: nothing else ends an endless loop. A start is only ended. */
async function stop() {
  const { session } = await startSession();
  if (!session.starting) return restart();
  generation += 1;
  session.stop();
  bar.say('Stopped before Python was ready. Run a cell to try again.');
}

async function restart() {
  generation += 1;
  const running = cells.find(({ node }) => node.dataset.live === 'running');
  const { session, forgetWidgets } = await startSession();
  const { notebook } = await loadNotebook();
  const wasRunning = session.stop();
  forgetWidgets();
  notebook.restarted();
  for (const { node } of cells) delete node.dataset.live;
  if (wasRunning && running) {
    running.state = 'stopped';
    running.say('You stopped this cell before it ended.');
  }
  try {
    await session.start();
    bar.say(
      `${wasRunning ? 'Stopped. ' : ''}Python was started anew: what the cells had computed is gone. `
      + 'Running a cell first runs those above it.',
    );
  } catch (error) {
    sayWhy(error);
  }
}

// The page --------------------------------------------------------------------------------------

const actions = {
  run: (cell) => enqueue((notebook, position) => notebook.upTo(position(cell)), cell),
  runAbove: (cell) => enqueue((notebook, position) => notebook.above(position(cell))),
  edited: (cell) => store.set(cell.id, cell.edit),
  async editor(cell) {
    try {
      const [{ makeEditor }, { notebook, position }] = await Promise.all([loadEditor(), loadNotebook()]);
      return { makeEditor, info: notebook.cells[position(cell)] };
    } catch {
      bar.say('The editor did not arrive. Reload this page to try again.');
      return {};
    }
  },
  showWidget: (id, node) => startSession().then(({ widgets }) => widgets()?.show(id, node)),
};

const bar = new Bar({
  '▶ Run all': () => enqueue((notebook) => notebook.all()),
  '■ Stop': stop,
  'Restart': restart,
  'Reset page': () => {
    for (const cell of cells) cell.reset();
    bar.say("All cells are back to the author's version.");
  },
});

let shown = 0;
const cells = [...article.querySelectorAll('.cell[id^="code-cell-"]')]
  .filter((node) => node.querySelector('.cell_input, .cell_output'))
  .map((node) => {
    const id = node.id.slice('code-cell-'.length);
    const number = node.querySelector('.cell_input') && (shown += 1);
    return new Cell(node, id, number, store.get(id), actions);
  });
const cellOf = (id) => cells.find((cell) => cell.id === id);

if (cells.length) {
  const intro = document.createElement('div');
  intro.className = 'live-intro';
  intro.innerHTML = `
    <p id="live-help">The code on this page runs in your browser: change it and run it. Python is fetched once,
    when you first run something. Shift-Enter runs a cell, Tab leaves the editor, Ctrl-] and Ctrl-[ indent.</p>`;
  const button = Object.assign(document.createElement('button'), {
    type: 'button', className: 'live-button', textContent: '▶ Run all', onclick: () => bar.buttons['▶ Run all'].click(),
  });
  intro.append(button);
  article.querySelector('h1')?.after(intro);
  article.append(bar.node);
  bar.buttons['■ Stop'].disabled = true;
}
