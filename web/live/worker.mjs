// The worker of a page: Python lives here, so that the page stays free while a cell computes.
import { startPython } from './python.mjs';

const IDLE = 3000;                          // ms without a run, after which there is time to tidy up
const KEPT = 'live-compiled-';
const [SITE, LIBRARY] = ['site', 'library'].map((name) => new URL(`${name}.zip`, import.meta.url).href);

const post = (message) => postMessage(message);
let python;
let kept;                                   // name of the cache for what is compiled; null if nothing is to be kept
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
  if (!self.caches) return null;
  const cacheName = KEPT + lockFileURL;
  const [site, library] = await Promise.all([SITE, LIBRARY].map((url) => caches.match(url, { cacheName })));
  if (!site || !library) {
    kept = cacheName;
    return null;
  }
  return { site: new Uint8Array(await site.arrayBuffer()), libraryURL: URL.createObjectURL(await library.blob()) };
}

/** Once, when the reader leaves time for it. */
async function keepCompiled() {
  if (!kept) return;
  const cacheName = kept;
  kept = null;
  const { site, library } = await python.compiled(() => new Promise((resume) => setTimeout(resume)));
  for (const name of await caches.keys()) if (name.startsWith(KEPT)) await caches.delete(name);
  const cache = await caches.open(cacheName);
  await Promise.all([cache.put(SITE, new Response(site)), cache.put(LIBRARY, new Response(library))]);
}

async function text(url) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url} did not arrive (${answer.status})`);
  return answer.text();
}

async function start({ indexURL, lockFileURL, kernelURL, bytecodeURL, interrupt }) {
  const done = countBytes(indexURL);
  const waiting = Promise.all([text(kernelURL), text(bytecodeURL), loadCompiled(lockFileURL).catch(() => null)]);
  const { loadPyodide } = await import(indexURL + 'pyodide.mjs');
  const [kernel, bytecode, compiled] = await waiting;
  const options = {
    indexURL, lockFileURL, compiled, interrupt, sources: { 'kernel.py': kernel, 'bytecode.py': bytecode },
  };
  const emit = (message, buffers) => post({ ...message, buffers });
  python = await startPython(loadPyodide, options, emit, (stage) => post({ type: 'stage', text: stage }));
  done();
  const files = performance.getEntriesByType('resource').map(({ name }) => name);
  post({ type: 'ready', files: [...files, location.href] });
}

async function run({ code, label }) {
  clearTimeout(idle);
  post({ type: 'done', ok: await python.run(code, label) });
  idle = setTimeout(() => keepCompiled().catch(() => {}), IDLE);
}

const DEATHS = [
  [/call stack|too much recursion/, 'a recursion went too deep'],
  [/memory/i, 'no memory is left'],
  [/Program terminated/, 'the code ended it'],
  [/Aborted/, 'it crashed'],
];

/** Python is a program that can crash: a recursion too deep for compiled code, no memory left. */
function died(error) {
  const first = String(error?.message ?? error).split('\n')[0];
  const [, known] = DEATHS.find(([pattern]) => pattern.test(first)) ?? [null, first];
  post({ type: 'failed', text: known });
}

self.addEventListener('unhandledrejection', (event) => died(event.reason));

self.onmessage = ({ data }) => {
  if (data.type === 'start') start(data).catch((error) => post({ type: 'failed', text: error.message }));
  else if (data.type === 'run') run(data).catch(died);
  else if (data.type === 'comm') {
    try {
      python.deliver(data.message, data.buffers);
      post({ type: 'comm_idle' });
    } catch (error) {
      died(error);
    }
  }
};
