// This chapter as a notebook, with the reader's edits, notes and answers in it; and back again.

import { COLUMNS, drawing } from './draw.mjs';
import { SURE } from './predict.mjs';

const MARK = 'book_answers';
const [NOTES, ANSWERS] = ['my-notes', 'my-answers'];
const NOTES_TITLE = '## My notes\n\n';
const LONGEST = 200_000; // characters of a cell or of the notes

/**
 * The notebook `original` with what is the reader's: cells as edited, notes, and all answers.
 * `curves` gives, by the number of a guess, the axes into which its line was drawn.
 */
export async function written(original, edits, chapter, curves = {}, picture = pictureOf) {
  const notebook = structuredClone(original);
  for (const cell of notebook.cells) {
    if (cell.cell_type !== 'code' || edits[cell.id] === undefined) continue;
    Object.assign(cell, { source: edits[cell.id], outputs: [], execution_count: null });
  }
  const add = (id, source, attachments) => notebook.cells.push({
    cell_type: 'markdown', id, metadata: {}, source, ...(attachments && { attachments }),
  });
  if (chapter.notes) add(NOTES, NOTES_TITLE + chapter.notes);
  const { lines, attachments } = await answers(chapter, curves, picture);
  if (lines.length) add(ANSWERS, ['## My answers', '', ...lines].join('\n'), attachments);
  notebook.metadata[MARK] = chapter;
  return notebook;
}

/** What the reader answered, as a list to read, with the lines that were drawn as pictures. */
async function answers(chapter, curves, picture) {
  const mark = (right) => (right ? '✓' : '✗');
  const attachments = {};
  const lines = [
    ...Object.entries(chapter.question).map(([id, right]) => `- Question ${id}: ${mark(right)}`),
    ...Object.entries(chapter.exercise).map(([id, right]) => `- Exercise ${id}: ${mark(right)}`),
  ];
  for (const [id, { guess, sure, right }] of Object.entries(chapter.guess)) {
    if (!Array.isArray(guess)) {
      lines.push(`- Guess ${id}: ${guess}, ${sure}% sure ${mark(right)}`);
      continue;
    }
    const name = `guess-${id}.png`; // JupyterLab shows no SVG that is attached
    lines.push(`- Guess ${id}: a line, ${sure}% sure ${mark(right)}`);
    if (!curves[id]) continue;
    lines.push('', `  ![The line of guess ${id}](attachment:${name})`, '');
    attachments[name] = { 'image/png': await picture(curves[id], guess) };
  }
  return { lines, ...(Object.keys(attachments).length && { attachments }) };
}

/** A drawn line beside what came out, as a PNG in base64. */
async function pictureOf(curve, guess) {
  const { node } = drawing(curve, { mine: guess, truth: true });
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(node.outerHTML)}`;
  await image.decode();
  const canvas = Object.assign(document.createElement('canvas'), { width: 2 * image.width, height: 2 * image.height });
  canvas.getContext('2d').drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL('image/png').split(',')[1];
}

/**
 * From the text of such a notebook: the edits that differ from `original`, and the chapter's answers.
 * The file may come from anywhere: what does not have its form is left out, or refused with a sentence.
 */
export function read(content, original, totals = {}) {
  let notebook;
  try {
    notebook = JSON.parse(content);
  } catch {
    throw new Error('This is no notebook.');
  }
  if (!Array.isArray(notebook?.cells)) throw new Error('This is no notebook.');
  const cells = notebook.cells.filter((cell) => typeof cell?.id === 'string' && text(cell) !== null);
  const authors = new Map(original.cells.map((cell) => [cell.id, cell]));
  if (!cells.some((cell) => authors.has(cell.id))) {
    throw new Error('This is not a notebook of this chapter.');
  }
  const edits = {};
  for (const cell of cells) {
    const theirs = authors.get(cell.id);
    const own = cell.cell_type === 'code' && theirs?.cell_type === 'code';
    if (!own || text(cell) === text(theirs)) continue;
    if (text(cell).length > LONGEST) throw new Error(`A cell of this notebook has more than ${LONGEST.toLocaleString('en-US')} characters.`);
    edits[cell.id] = text(cell);
  }
  const chapter = answersIn(notebook.metadata?.[MARK], totals);
  const notes = cells.find((cell) => cell.id === NOTES);
  if (notes) chapter.notes = text(notes).replace(NOTES_TITLE, '').slice(0, LONGEST); // as edited elsewhere
  return { edits, chapter: notes || notebook.metadata?.[MARK] ? chapter : undefined };
}

/** The answers that have the form in which the page keeps them. */
function answersIn(found, totals) {
  const entries = (kind, id, fits) => Object.fromEntries(
    Object.entries(isObject(found?.[kind]) ? found[kind] : {}).filter(([key, value]) => id(key) && fits(value)),
  );
  const upTo = (most) => (key) => /^[1-9]\d?$/.test(key) && Number(key) <= (most ?? 99);
  const isBoolean = (value) => typeof value === 'boolean';
  return {
    guess: entries('guess', upTo(totals.guess), isGuess),
    skipped: entries('skipped', upTo(totals.guess), isBoolean),
    question: entries('question', upTo(totals.question), isBoolean),
    exercise: entries('exercise', (key) => /^\d\d?\.\d\d?$/.test(key), isBoolean),
    notes: typeof found?.notes === 'string' ? found.notes.slice(0, LONGEST) : '',
  };
}

function isGuess(value) {
  if (!isObject(value) || typeof value.right !== 'boolean') return false;
  const line = Array.isArray(value.guess) && value.guess.length === COLUMNS && value.guess.every(Number.isFinite);
  const words = typeof value.guess === 'string' && value.guess.length <= 20;
  return (words || (line && Number.isFinite(value.off))) && SURE.some(([sure]) => Number(sure) === value.sure);
}

const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

/** What a cell holds, or null where it is no text. */
function text({ source }) {
  if (Array.isArray(source) && source.every((line) => typeof line === 'string')) return source.join('');
  return typeof source === 'string' ? source : null;
}
