// Starts Python (Pyodide) with the book's kernel in it; the same in a browser's worker and under Node.

/** What every chapter needs, fetched while Pyodide itself loads. */
export const PACKAGES = ['numpy', 'matplotlib', 'ipython', 'comm', 'ipywidgets', 'nnlib'];

/** What some cells need beyond that: package → code that asks for it. */
const ON_DEMAND = { anywidget: /\b(anywidget|laboratory)\b/ };

const BYTECODE = '/tmp/bytecode.zip';

/**
 * @param loadPyodide Pyodide's own function
 * @param options indexURL, lockFileURL: where its files are; sources: the texts of kernel.py and bytecode.py;
 *   compiled: what an earlier start had compiled, if it was kept
 * @param emit (message, buffers) => void: receives what the kernel says
 * @param stage (text) => void: told what is being done
 */
export async function startPython(loadPyodide, options, emit, stage = () => {}) {
  const { indexURL, lockFileURL, sources, compiled } = options;
  stage('Fetching Python');
  const py = await loadPyodide({
    indexURL,
    lockFileURL,
    packages: PACKAGES,
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
    py.FS.writeFile(BYTECODE, compiled);
    bytecode.restore(BYTECODE);
  } else bytecode.begin();
  const kernel = py.pyimport('book_kernel');
  kernel.start((text, buffers) => emit(JSON.parse(text), buffers));
  const packages = Object.entries(ON_DEMAND);
  return {
    async run(code, label) {
      for (const [name, asks] of packages) if (asks.test(code)) await py.loadPackage(name, { messageCallback() {} });
      return kernel.run(code, label);
    },
    deliver: (text, buffers) => kernel.deliver(text, buffers),
    compiled: () => {
      bytecode.collect(BYTECODE);
      return py.FS.readFile(BYTECODE);
    },
  };
}
