// The worker, with a Pyodide that does what the test says.
import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeEach, test } from 'node:test';

const listeners = {};
const said = [];
Object.assign(globalThis, {
  self: { addEventListener: (name, action) => (listeners[name] = action) },
  postMessage: (message) => said.push(message),
  location: { href: 'https://book/worker.mjs' },
});
const folder = mkdtempSync(join(tmpdir(), 'pyodide-'));
writeFileSync(join(folder, 'pyodide.mjs'), 'export const loadPyodide = (options) => globalThis.pyodide(options);');
await import('../../web/live/worker.mjs');

const TEXT = 'data:text/plain,pass';
const OPTIONS = { indexURL: `${pathToFileURL(folder).href}/`, lockFileURL: 'lock', kernelURL: TEXT, bytecodeURL: TEXT };
const kernel = { start: () => {}, run: async () => true, deliver: () => {} };
let buffer;

/** Tells the worker something, and waits until it has said `type`. */
async function heard(data, type) {
  self.onmessage({ data });
  for (let turn = 0; turn < 1000; turn += 1) {
    const found = said.find((message) => message.type === type);
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return assert.fail(`no ${type} in ${JSON.stringify(said)}`);
}

beforeEach(async () => {
  said.length = 0;
  buffer = undefined;
  Object.assign(kernel, { run: async () => true, deliver: () => {} });
  globalThis.pyodide = async ({ packages }) => ({
    loadedPackages: Object.fromEntries(packages.map((name) => [name, 'here'])),
    FS: { writeFile() {} },
    pyimport: (name) => (name === 'book_kernel' ? kernel : { begin() {} }),
    setInterruptBuffer: (shared) => (buffer = shared),
    loadPackage: async () => {},
  });
  globalThis.WebAssembly.instantiateStreaming ??= async () => {};
});

const start = (more = {}) => heard({ type: 'start', ...OPTIONS, ...more }, 'ready');

test('a start says what it does, and which files it used', async () => {
  const { files } = await start();
  assert.ok(files.includes('https://book/worker.mjs'));
  assert.deepEqual(said.filter(({ type }) => type === 'stage').map(({ text }) => text), ['Fetching Python', 'Starting Python']);
});

test('Python listens to the memory that it shares with its page', async () => {
  const interrupt = new SharedArrayBuffer(4);
  await start({ interrupt });
  assert.equal(buffer.buffer, interrupt);
  await start();
});

test('a start that fails says why', async () => {
  globalThis.pyodide = async () => { throw new Error('no room'); };
  assert.equal((await heard({ type: 'start', ...OPTIONS }, 'failed')).text, 'no room');
});

test('packages that did not arrive end the start', async () => {
  const whole = globalThis.pyodide;
  globalThis.pyodide = async (options) => ({ ...(await whole(options)), loadedPackages: {} });
  assert.match((await heard({ type: 'start', ...OPTIONS }, 'failed')).text, /numpy.* did not arrive/);
});

test('a run says how it ended', async () => {
  await start();
  assert.deepEqual(await heard({ type: 'run', code: '1', label: 'cell 1' }, 'done'), { type: 'done', ok: true });
  said.length = 0;
  kernel.run = async () => false;
  assert.equal((await heard({ type: 'run', code: '1', label: 'cell 1' }, 'done')).ok, false);
});

const DEATHS = {
  'Maximum call stack size exceeded': 'a recursion went too deep',
  'too much recursion': 'a recursion went too deep',
  'Out of memory': 'no memory is left',
  'Program terminated with exit(1)': 'the code ended it',
  'Aborted(). Build with -sASSERTIONS': 'it crashed',
  'something else\nwith more': 'something else',
};

for (const [message, why] of Object.entries(DEATHS)) {
  test(`Python that dies says so: ${why}`, async () => {
    await start();
    kernel.run = async () => { throw new Error(message); };
    assert.equal((await heard({ type: 'run', code: '1', label: 'cell 1' }, 'failed')).text, why);
    assert.ok(!said.some(({ type }) => type === 'done'));
  });
}

test('so does Python that a widget killed, and nothing says that the widget was heard', async () => {
  await start();
  kernel.deliver = () => { throw new Error('Aborted()'); };
  assert.equal((await heard({ type: 'comm', message: '{}', buffers: [] }, 'failed')).text, 'it crashed');
  assert.ok(!said.some(({ type }) => type === 'comm_idle'));
});

test('a widget that was heard may send its next message', async () => {
  await start();
  const delivered = [];
  kernel.deliver = (...given) => delivered.push(given);
  await heard({ type: 'comm', message: '{"a": 1}', buffers: [] }, 'comm_idle');
  assert.deepEqual(delivered, [['{"a": 1}', []]]);
});

test('what dies between two runs is told of, too', async () => {
  await start();
  listeners.unhandledrejection({ reason: new Error('Out of memory') });
  assert.deepEqual(said.at(-1), { type: 'failed', text: 'no memory is left' });
});
