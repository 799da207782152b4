// The worker of a page: Python lives here, so that the page stays free while a cell computes.
import { startPython } from './python.mjs';

const post = (message) => postMessage(message);

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

let python;

async function start({ indexURL, lockFileURL, kernelURL }) {
  const done = countBytes(indexURL);
  const kernel = fetch(kernelURL).then((answer) => answer.text());
  const { loadPyodide } = await import(indexURL + 'pyodide.mjs');
  const emit = (message, buffers) => post({ ...message, buffers });
  const stage = (text) => post({ type: 'stage', text });
  python = await startPython(loadPyodide, { indexURL, lockFileURL, kernel: await kernel }, emit, stage);
  done();
  const files = performance.getEntriesByType('resource').map(({ name }) => name);
  post({ type: 'ready', files: [...files, location.href] });
}

async function run({ code, label }) {
  let ok = false;
  try {
    ok = await python.run(code, label);
  } catch (error) {                         // Pyodide itself failed: out of memory, a fatal error
    post({ type: 'error', name: 'Python stopped', message: String(error), text: String(error) });
  }
  post({ type: 'done', ok });
}

self.onmessage = ({ data }) => {
  if (data.type === 'start') start(data).catch((error) => post({ type: 'failed', text: String(error) }));
  else if (data.type === 'run') run(data);
  else if (data.type === 'comm') {
    python.deliver(data.message, data.buffers);
    post({ type: 'comm_idle' });
  }
};
