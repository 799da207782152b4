// Starts Python (Pyodide) with the book's kernel in it; the same in a browser's worker and under Node.

/** What every chapter needs, fetched while Pyodide itself loads. */
export const PACKAGES = ['numpy', 'matplotlib', 'ipython', 'comm', 'ipywidgets', 'nnlib'];

/**
 * @param loadPyodide Pyodide's own function
 * @param options indexURL, lockFileURL: where its files are; kernel: the text of kernel.py;
 *   env: further environment variables
 * @param emit (message, buffers) => void: receives what the kernel says
 * @param stage (text) => void: told what is being done
 */
export async function startPython(loadPyodide, { indexURL, lockFileURL, kernel, env = {} }, emit, stage = () => {}) {
  stage('Fetching Python');
  const py = await loadPyodide({
    indexURL,
    lockFileURL,
    packages: PACKAGES,
    env: {
      HOME: '/home/pyodide',
      MPLBACKEND: 'module://matplotlib_inline.backend_inline',
      JUPYTER_WIDGETS_ECHO: '0',
      ...env,
    },
  });
  stage('Starting Python');
  py.FS.writeFile('/home/pyodide/book_kernel.py', kernel);
  const book = py.pyimport('book_kernel');
  book.start((text, buffers) => emit(JSON.parse(text), buffers));
  return {
    run: (code, label) => book.run(code, label),
    deliver: (text, buffers) => book.deliver(text, buffers),
  };
}
