// node run_notebook.mjs PYODIDE_FOLDER NOTEBOOK...: runs every code cell with the page's own kernel and
// prints, for each cell, one line of JSON: {notebook, cell, ok, seconds, messages}.
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { resolve } from 'node:path';
import { startPython } from '../../web/live/python.mjs';

const [folder, ...notebooks] = process.argv.slice(2);
const indexURL = resolve(folder) + '/';
const { loadPyodide } = await import(pathToFileURL(indexURL + 'pyodide.mjs').href);
const sources = Object.fromEntries(
  ['kernel.py', 'bytecode.py'].map((name) => [name, readFileSync(new URL(`../../web/live/${name}`, import.meta.url), 'utf8')]),
);

for (const notebook of notebooks) {
  const { cells, metadata } = JSON.parse(readFileSync(notebook, 'utf8'));
  if (metadata.needs?.length) {
    console.error(`${notebook} is not run: it needs ${metadata.needs.join(' and ')}, which Pyodide does not have`);
    continue;
  }
  let messages = [];
  const options = { indexURL, lockFileURL: indexURL + 'pyodide-lock.json', sources };
  const python = await startPython(loadPyodide, options, (message) => messages.push(message));
  for (const [cell, { cell_type, source }] of cells.entries()) {
    if (cell_type !== 'code') continue;
    messages = [];
    const start = performance.now();
    const ok = await python.run([source].flat().join(''), `cell ${cell}`);
    const seconds = (performance.now() - start) / 1000;
    const shown = messages.filter(({ type }) => ['stream', 'display', 'error'].includes(type));
    console.log(JSON.stringify({ notebook, cell, ok, seconds, messages: shown }));
  }
}
process.exit(0);
