// Makes the code cells of a page run. Nothing beyond this script and its small parts is fetched before
// the reader asks to run or edit something; then come the list of cells, the editor, and Python.
import { Bar } from './bar.mjs';
import { Cell } from './cell.mjs';
import { Notebook } from './notebook.mjs';
import { keepForOffline, startServiceWorker, used, wholeBook } from './offline.mjs';
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
    ...(window.crossOriginIsolated && { interrupt: new SharedArrayBuffer(4) }),
  };
  const megabytes = live.python.transfer / 1e6;
  let widgets = null;
  let doing = 'Getting ready…';
  const say = (text) => bar.say((doing = `${reason}${text}…`));
  const session = new Session(() => new Worker(new URL('worker.mjs', here), { type: 'module' }), options, {
    stage: ({ text }) => say(text),
    bytes: ({ loaded }) => {
      bar.say(doing);
      const share = Math.min(loaded / live.python.bytes, 1);
      bar.progress(share, megabytes);
      sayStarting(`${(share * megabytes).toFixed(0)} of ${megabytes.toFixed(0)} MB`);
    },
    silent: () => bar.say(`${doing} This takes long. ■ Stop ends it; then a cell can be run again.`),
    ready: (files) => {
      bar.progress();
      notebook.restarted();
      keepForOffline(used([...files, new URL('vendor/editor.mjs', here).href])).then((kept) => kept && offerTheBook());
    },
    comm: (message) => {
      widgets ??= new Widgets(new URL('_static/', root), (text, buffers) => session.deliver(text, buffers));
      widgets.receive(message);
    },
    idle: () => widgets.idle(),
    stray: (message) => lastOutputs?.add(message),
    died: (text) => died(text),
  });
  return {
    session,
    widgets: () => widgets,
    forgetWidgets: () => (widgets = null),
  };
});

/** This page is kept; the other pages are, too, when the reader asks for it. */
async function offerTheBook() {
  bar.offline.textContent = 'This page works offline.';
  try {
    const { urls, bytes, kept } = await wholeBook(root);
    const say = () => (bar.offline.textContent = 'The whole book works offline.');
    if (kept) return say();
    const button = Object.assign(document.createElement('button'), {
      type: 'button', className: 'live-button', textContent: `Keep the whole book (${Math.ceil(bytes / 1e6)} MB)`,
    });
    button.onclick = async () => {
      bar.offline.textContent = 'Fetching the whole book…';
      if (await keepForOffline(urls)) say();
      else bar.offline.textContent = 'Some pages did not arrive. This page works offline.';
    };
    bar.offline.append(' ', button);
  } catch { /* the sentence above holds all the same */ }
}

// Running ---------------------------------------------------------------------------------------

let lastOutputs = null;
let reason = '';                    // why Python starts once more
let queue = Promise.resolve();
let generation = 0;                 // a stop drops what still waits

/** Runs cells one after the other; `plan` (notebook, position) => positions is asked when their turn comes. */
function enqueue(plan, wanted) {
  const mine = generation;
  if (!queueIsBusy) bar.say('Getting ready…');
  for (const cell of wanted ? [wanted] : []) cell.setState('waiting');
  queue = queue.then(() => mine === generation && runAll(plan, wanted)).catch((error) => bar.say(`${error.message}`));
  return queue;
}

const inState = (...states) => cells.filter(({ node }) => states.includes(node.dataset.live));
const sayStarting = (more) => {
  for (const cell of inState('waiting', 'starting')) cell.setState('starting', more);
};

let queueIsBusy = false;

async function runAll(plan, wanted) {
  queueIsBusy = true;
  bar.buttons['■ Stop'].disabled = false;
  try {
    const { notebook, position: positionOf } = await loadNotebook();
    const { session } = await startSession();
    const positions = plan(notebook, positionOf);
    for (const position of positions) cellOf(notebook.cells[position].id)?.setState('waiting');
    if (!session.started) sayStarting('');
    await session.start();
    for (const cell of inState('starting')) cell.setState('waiting');
    for (const [i, position] of positions.entries()) {
      const cell = cellOf(notebook.cells[position].id);
      const first = wanted && cell !== wanted;
      bar.say(
        first ? `Running the cells above first: ${i + 1} of ${positions.length - 1}…`
        : positions.length > 1 && !wanted ? `Running cell ${i + 1} of ${positions.length}…` : 'Running…',
      );
      const { ok, stopped, died, error } = await runCell(notebook, position, cell);
      if (stopped || died) return;
      if (!notebook.ended(position, ok)) {
        const rest = i + 1 < positions.length ? ' The cells after it were not run.' : '';
        if (error === INTERRUPTED) return bar.say(`Stopped in ${nameOf(cell)}. All variables are kept.${rest}`, cell);
        const where = nameOf(cell);
        return bar.say(`${where[0].toUpperCase()}${where.slice(1)} ended with ${error}.${rest}`, cell);
      }
    }
    bar.say('Done.');
  } catch (error) {
    sayWhy(error);
  } finally {
    for (const cell of inState('waiting', 'starting')) cell.setState();
    queueIsBusy = false;
    bar.progress();
    bar.buttons['■ Stop'].disabled = true;
  }
}

const INTERRUPTED = 'KeyboardInterrupt';
const nameOf = (cell) => (cell?.input ? cell.name : 'a set-up cell that the page does not show');

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
  cell?.setState('running');
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
  cell?.setState(result.ok ? 'done' : error === INTERRUPTED ? 'stopped' : 'failed', duration(seconds));
  document.dispatchEvent(new CustomEvent('live:cell', { detail: { id: info.id, ok: result.ok, seconds, messages } }));
  return { ...result, error };
}

const duration = (seconds) => (seconds < 0.05 ? 'less than 0.1 s' : `${seconds.toFixed(seconds < 9.95 ? 1 : 0)} s`);

/** Asks the cell to end; where that is not possible or not enough, ends Python and starts it anew. A start is only ended. */
async function stop() {
  const { session } = await startSession();
  generation += 1;
  if (!session.starting) {
    if (session.signal && session.running) bar.say('Stopping…');
    return (await session.interrupt()) || restart();
  }
  session.stop();
  bar.say('Stopped before Python was ready. Run a cell to try again.');
}

/** Python crashed: whatever it was, the reader can go on in a moment. */
async function died(text) {
  generation += 1;
  const { session, forgetWidgets } = await startSession();
  forgetWidgets();
  (await loadNotebook()).notebook.restarted();
  const cell = inState('running')[0] ?? inState('failed').at(-1);
  for (const other of cells) if (other !== cell) other.setState();
  const where = cell ? ` in ${nameOf(cell)}` : '';
  reason = `Python stopped${where}: ${text}. `;
  bar.say(`${reason}It starts again…`, cell);
  try {
    await session.start();
    bar.say(`${reason}It has started again; what the cells had computed is gone.`, cell);
  } catch (error) {
    sayWhy(error);
  } finally {
    reason = '';
  }
}

async function restart() {
  generation += 1;
  const [running] = inState('running');
  const { session, forgetWidgets } = await startSession();
  const { notebook } = await loadNotebook();
  const wasRunning = session.stop();
  forgetWidgets();
  notebook.restarted();
  for (const cell of cells) cell.setState();
  if (wasRunning && running) {
    running.setState('stopped');
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

const cells = [...article.querySelectorAll('.cell[id^="code-cell-"]')]
  .filter((node) => node.querySelector('.cell_input, .cell_output'))
  .map((node) => {
    const id = node.id.slice('code-cell-'.length);
    const number = Number(node.querySelector('.live-tools')?.dataset.number) || null;
    return new Cell(node, id, number, store.get(id), actions);
  });
const cellOf = (id) => cells.find((cell) => cell.id === id);

// Another tab of this page shares its edits: what it changes is seen here at once, and said.
window.addEventListener('storage', ({ key }) => {
  if (key !== store.key && key !== null) return;
  for (const id of store.refresh()) {
    const cell = cellOf(id);
    cell?.changedElsewhere(store.get(id));
    if (cell) bar.say(`Another tab of this page changed ${nameOf(cell)}.`, cell);
  }
});

if (cells.length) {
  article.querySelector('.live-intro button').onclick = () => bar.buttons['▶ Run all'].click();
  article.append(bar.node);
  bar.buttons['■ Stop'].disabled = true;
}
