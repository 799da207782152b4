// Starts Python (Pyodide) with the book's kernel in it; the same in a browser's worker and under Node.

/** What every chapter needs, fetched while Pyodide itself loads. */
export const PACKAGES = ['numpy', 'matplotlib', 'ipython', 'comm', 'ipywidgets', 'nnlib'];

/** What some cells need beyond that: package → code that asks for it. */
const ON_DEMAND = { anywidget: /\b(anywidget|laboratory)\b/ };

const SLICE = 50;                    // ms that a reader's next run may have to wait
const [SITE, LIBRARY] = ['/tmp/site.zip', '/tmp/library.zip'];

/** Pyodide only warns of some files that do not come, and waits for ever: here each ends the start. */
async function load(loadPyodide, options) {
  const { instantiateStreaming } = WebAssembly;
  const failed = new Promise((_, reject) => {
    WebAssembly.instantiateStreaming = (...given) => {
      const made = instantiateStreaming(...given);
      made.catch((error) => reject(new Error(`its core did not arrive (${error.message})`)));
      return made;
    };
  });
  const py = await Promise.race([loadPyodide(options), failed]);
  WebAssembly.instantiateStreaming = instantiateStreaming;
  const missing = options.packages.filter((name) => !(name in py.loadedPackages));
  if (missing.length) throw new Error(`${missing.join(', ')} did not arrive`);
  return py;
}

/**
 * @param loadPyodide Pyodide's own function
 * @param options indexURL, lockFileURL: where its files are; sources: the texts of kernel.py and bytecode.py;
 *   compiled: what an earlier start had compiled, if it was kept: {site, libraryURL};
 *   interrupt: shared memory, whose first number asks a running cell to end
 * @param emit (message, buffers) => void: receives what the kernel says
 * @param stage (text) => void: told what is being done
 */
export async function startPython(loadPyodide, options, emit, stage = () => {}) {
  const { indexURL, lockFileURL, sources, compiled, interrupt } = options;
  stage('Fetching Python');
  const py = await load(loadPyodide, {
    indexURL,
    lockFileURL,
    packages: PACKAGES,
    ...(compiled && { stdLibURL: compiled.libraryURL }),
    env: {
      HOME: '/home/pyodide',
      MPLBACKEND: 'module://matplotlib_inline.backend_inline',
      JUPYTER_WIDGETS_ECHO: '0',
    },
  });
  stage('Starting Python');
  for (const [name, text] of Object.entries(sources)) py.FS.writeFile(`/home/pyodide/book_${name}`, text);
  const bytecode = py.pyimport('book_bytecode');
  if (compiled) {
    py.FS.writeFile(SITE, compiled.site);
    bytecode.restore(SITE);
  } else bytecode.begin();
  const kernel = py.pyimport('book_kernel');
  kernel.start((text, buffers) => emit(JSON.parse(text), buffers));
  if (interrupt) py.setInterruptBuffer(new Int32Array(interrupt));
  const packages = Object.entries(ON_DEMAND);
  return {
    async run(code, label) {
      for (const [name, asks] of packages) if (asks.test(code)) await py.loadPackage(name, { messageCallback() {} });
      return kernel.run(code, label);
    },
    deliver: (text, buffers) => kernel.deliver(text, buffers),
    /** What was compiled, as two archives: {site, library}; `pause` () => Promise lets others run in between. */
    async compiled(pause) {
      let since = performance.now();
      for (const _ of bytecode.collect(SITE, LIBRARY)) {
        if (performance.now() < since + SLICE) continue;
        await pause();
        since = performance.now();
      }
      return { site: py.FS.readFile(SITE), library: py.FS.readFile(LIBRARY) };
    },
  };
}
