// The worker of a page: Python lives here, so that the page stays free while a cell computes.
import { startPython } from './python.mjs';

const IDLE = 3000;                          // ms without a run, after which there is time to tidy up
const KEPT = 'live-compiled-';
const BYTECODE = new URL('bytecode.zip', import.meta.url).href;   // the name of the one entry

const post = (message) => postMessage(message);
let python;
let compiled;                               // {name, bytes}: what an earlier visit had compiled
let idle;

/** Tells the page how many bytes have arrived; files are counted as they end. */
function countBytes(base) {
  let loaded = 0;
  const observer = new PerformanceObserver((list) => {
    for (const { name, decodedBodySize } of list.getEntries()) if (name.startsWith(base)) loaded += decodedBodySize;
    post({ type: 'bytes', loaded });
  });
  observer.observe({ type: 'resource', buffered: true });
  return () => observer.disconnect();
}

/** Browsers that keep no caches (plain http, some private windows) compile anew every time. */
async function loadCompiled(lockFileURL) {
  const name = KEPT + lockFileURL;
  const answer = await self.caches?.match(BYTECODE, { cacheName: name }).catch(() => undefined);
  return { name, bytes: answer && new Uint8Array(await answer.arrayBuffer()) };
}

async function keepCompiled() {
  if (compiled.bytes || !self.caches) return;
  compiled.bytes = python.compiled();
  for (const name of await caches.keys()) if (name.startsWith(KEPT)) await caches.delete(name);
  const cache = await caches.open(compiled.name);
  await cache.put(BYTECODE, new Response(compiled.bytes));
}

const text = async (url) => (await fetch(url)).text();

async function start({ indexURL, lockFileURL, kernelURL, bytecodeURL }) {
  const done = countBytes(indexURL);
  const waiting = Promise.all([text(kernelURL), text(bytecodeURL), loadCompiled(lockFileURL)]);
  const { loadPyodide } = await import(indexURL + 'pyodide.mjs');
  const [kernel, bytecode, earlier] = await waiting;
  compiled = earlier;
  const options = {
    indexURL, lockFileURL, compiled: compiled.bytes, sources: { 'kernel.py': kernel, 'bytecode.py': bytecode },
  };
  const emit = (message, buffers) => post({ ...message, buffers });
  python = await startPython(loadPyodide, options, emit, (stage) => post({ type: 'stage', text: stage }));
  done();
  const files = performance.getEntriesByType('resource').map(({ name }) => name);
  post({ type: 'ready', files: [...files, location.href] });
}

async function run({ code, label }) {
  clearTimeout(idle);
  let ok = false;
  try {
    ok = await python.run(code, label);
  } catch (error) {                         // Pyodide itself failed: out of memory, a fatal error
    post({ type: 'error', name: 'Python stopped', message: String(error), text: String(error) });
  }
  post({ type: 'done', ok });
  idle = setTimeout(() => keepCompiled().catch(() => {}), IDLE);
}

self.onmessage = ({ data }) => {
  if (data.type === 'start') start(data).catch((error) => post({ type: 'failed', text: String(error) }));
  else if (data.type === 'run') run(data);
  else if (data.type === 'comm') {
    python.deliver(data.message, data.buffers);
    post({ type: 'comm_idle' });
  }
};
