// This chapter as a notebook, with the reader's edits, notes and answers in it; and back again.

const MARK = 'book_answers';

/** The notebook `original` with what is the reader's: cells as edited, notes, and all answers. */
export function written(original, edits, chapter) {
  const notebook = structuredClone(original);
  for (const cell of notebook.cells) {
    if (cell.cell_type !== 'code' || edits[cell.id] === undefined) continue;
    Object.assign(cell, { source: edits[cell.id], outputs: [], execution_count: null });
  }
  if (chapter.notes) {
    const source = `## My notes\n\n${chapter.notes}`;
    notebook.cells.push({ cell_type: 'markdown', id: 'my-notes', metadata: {}, source });
  }
  notebook.metadata[MARK] = chapter;
  return notebook;
}

/** From such a notebook: the edits that differ from `original`, and the chapter's answers. */
export function read(notebook, original) {
  if (!Array.isArray(notebook?.cells)) throw new Error('This is no notebook.');
  const authors = new Map(original.cells.map((cell) => [cell.id, text(cell)]));
  if (!notebook.cells.some((cell) => authors.has(cell.id))) {
    throw new Error('This is not a notebook of this chapter.');
  }
  const edits = {};
  for (const cell of notebook.cells) {
    const own = cell.cell_type === 'code' && authors.has(cell.id);
    if (own && text(cell) !== authors.get(cell.id)) edits[cell.id] = text(cell);
  }
  return { edits, chapter: notebook.metadata?.[MARK] };
}

function text(cell) {
  return Array.isArray(cell.source) ? cell.source.join('') : cell.source;
}
