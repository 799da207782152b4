import assert from 'node:assert/strict';
import { test } from 'node:test';
import { COLUMNS, distance, height, ticks } from '../../web/answers/draw.mjs';
import { read, written } from '../../web/answers/notebook.mjs';
import { calibration, verdict } from '../../web/answers/sureness.mjs';
import { Store } from '../../web/answers/store.mjs';

const CURVE = { x: [0, 1, 4], y: [0, 0, 3], x_range: [0, 4], y_range: [-1, 4], given: {}, x_label: 'x', y_label: 'y' };
const AT = Array.from({ length: COLUMNS }, (_, i) => (4 * i) / (COLUMNS - 1));

test('a curve is read between its points and at its ends', () => {
  for (const [x, y] of [[0, 0], [0.5, 0], [1, 0], [2.5, 1.5], [4, 3]]) assert.equal(height(CURVE, x), y);
});

test('a line is as far from the curve as its mean distance says', () => {
  const truth = AT.map((x) => Math.max(0, x - 1));
  assert.ok(distance(CURVE, truth) < 1e-12);
  assert.ok(Math.abs(distance(CURVE, truth.map((y) => y + 0.5)) - 0.1) < 1e-12);
});

test('ticks are round numbers inside the axes', () => {
  assert.deepEqual(ticks(-1, 4), [-1, 0, 1, 2, 3, 4]);
  assert.deepEqual(ticks(-0.01, 0.26), [0, 0.1, 0.2]);
  for (const [low, high] of [[-8, 8], [0.31, 0.34], [0, 137]]) {
    const found = ticks(low, high);
    assert.ok(found.length >= 3 && found.length <= 8, `${found}`);
    assert.ok(found.every((t) => t >= low - 1e-9 && t <= high + 1e-9));
  }
});

// --- the chapter as a notebook -------------------------------------------------------------------

const ORIGINAL = {
  metadata: {},
  cells: [
    { id: 'a', cell_type: 'markdown', source: ['# One'], attachments: { 'p.png': { 'image/png': 'AAAA' } } },
    { id: 'b', cell_type: 'code', source: ['x = 1\n', 'y = 2'], outputs: [{ output_type: 'display_data', data: { 'image/png': 'BBBB' } }] },
  ],
};
const LINE = { guess: AT, sure: 75, right: true, off: 0.04 };
const CHAPTER = {
  guess: { 1: { guess: '2', sure: 95, right: false }, 2: LINE },
  skipped: { 3: true },
  question: { 1: true },
  exercise: { '2.4': false },
  notes: 'Turn the line.',
};
const picture = (curve, guess) => `${curve.x_label}:${guess.length}`;
const made = () => written(ORIGINAL, { b: 'x = 3' }, CHAPTER, { 2: CURVE }, picture);
const back = (notebook) => read(JSON.stringify(notebook), ORIGINAL, { guess: 3, question: 4 });

test('edits, notes, answers and drawn lines come back as they were', async () => {
  assert.deepEqual(back(await made()), { edits: { b: 'x = 3' }, chapter: CHAPTER });
});

test('the notebook shows the answers, the drawn line as a picture, and keeps the chapter’s pictures', async () => {
  const { cells } = await made();
  assert.deepEqual(cells[0].attachments, ORIGINAL.cells[0].attachments);
  assert.deepEqual((await written(ORIGINAL, {}, CHAPTER, {}, picture)).cells[1], ORIGINAL.cells[1]);
  const answers = cells.at(-1);
  assert.match(answers.source, /Question 1: ✓[^]*Exercise 2\.4: ✗[^]*Guess 1: 2, 95% sure ✗/);
  assert.match(answers.source, /attachment:guess-2\.png/);
  assert.deepEqual(answers.attachments, { 'guess-2.png': { 'image/png': `x:${COLUMNS}` } });
});

test('notes that were edited elsewhere are the notes', async () => {
  const notebook = await made();
  notebook.cells.find((cell) => cell.id === 'my-notes').source = ['## My notes\n', '\n', 'Better.'];
  assert.equal(back(notebook).chapter.notes, 'Better.');
});

test('a plain copy of the chapter brings its edits and no answers', () => {
  assert.deepEqual(back(ORIGINAL), { edits: {}, chapter: undefined });
});

for (const [name, content, sentence] of [
  ['no JSON', '{', 'This is no notebook.'],
  ['null', 'null', 'This is no notebook.'],
  ['a list', '[1]', 'This is no notebook.'],
  ['cells that are none', '{"cells": [null, 3, {"id": 7}]}', 'This is not a notebook of this chapter.'],
  ['another chapter', '{"cells": [{"id": "z", "cell_type": "code", "source": ""}]}', 'This is not a notebook of this chapter.'],
  ['a huge cell', JSON.stringify({ cells: [{ id: 'b', cell_type: 'code', source: 'x'.repeat(300_000) }] }), 'A cell of this notebook has more than 200,000 characters.'],
]) {
  test(`${name} is met with a sentence`, () => {
    assert.throws(() => read(content, ORIGINAL), { message: sentence });
  });
}

test('answers that do not have their form are left out', async () => {
  const notebook = await made();
  notebook.metadata.book_answers = {
    guess: {
      1: { guess: '<img onerror=x>'.repeat(9), sure: 95, right: true },
      2: { guess: [1, 2], sure: 75, right: true, off: 0 },
      3: { guess: '2', sure: 80, right: true },
      99: { guess: '2', sure: 95, right: true },
      __proto__: { guess: '2', sure: 95, right: true },
    },
    question: { 1: 'yes', 2: true, x: true },
    exercise: { '2.4': 1, '1.1': true, 'a b': true },
    skipped: [true],
    notes: { a: 1 },
    more: 'x',
  };
  notebook.cells = notebook.cells.filter((cell) => cell.id !== 'my-notes');
  assert.deepEqual(back(notebook).chapter, {
    guess: {}, skipped: {}, question: { 2: true }, exercise: { '1.1': true }, notes: '',
  });
});

// --- how sure and how right --------------------------------------------------------------------------

const guesses = (sure, right, wrong) => [...Array(right).fill(true), ...Array(wrong).fill(false)].map((r) => ({ sure, right: r }));

test('guesses are counted by how sure they were', () => {
  assert.deepEqual(calibration([...guesses(95, 3, 1), ...guesses(50, 1, 2)]).map(({ made: n, right }) => [n, right]), [[3, 1], [0, 0], [4, 3]]);
});

test('a verdict needs some guesses and compares with what such sureness expects', () => {
  assert.equal(verdict(guesses(95, 1, 0)), 'Your one guess was right.');
  assert.match(verdict(guesses(95, 2, 6)), /2 of 8 guesses were right; .* expected 7.6\. You were surer than you were right\./);
  assert.match(verdict(guesses(50, 10, 0)), /You knew more/);
  assert.match(verdict(guesses(75, 6, 2)), /about as right as you were sure/);
});

// --- forgetting ----------------------------------------------------------------------------------------

class Storage {
  items = new Map();
  getItem = (key) => this.items.get(key) ?? null;
  setItem = (key, value) => this.items.set(key, value);
  removeItem = (key) => this.items.delete(key);
}

test('forgetting a chapter forgets when its questions come back, and no other chapter', () => {
  const store = new Store(new Storage());
  store.set('01-a', 'question', '1', true);
  store.set('02-b', 'question', '1', true);
  for (const id of ['01-a:1', '02-b:1', 'card-1-1']) store.reviewed(id, true);
  store.forget('01-a');
  assert.deepEqual(store.chapters(), ['02-b']);
  assert.deepEqual(Object.keys(store.all.cards), ['02-b:1', 'card-1-1']);
  store.forget('02-b');
  assert.deepEqual(store.chapters(), []);
});

test('what another program stored is ignored', () => {
  const storage = new Storage();
  for (const text of ['{', '[1]', '3', 'null']) {
    storage.setItem('book-answers', text);
    assert.deepEqual(new Store(storage).chapter('01-a').guess, {});
  }
});

test('two tabs keep what the other wrote', () => {
  const storage = new Storage();
  const [one, two] = [new Store(storage), new Store(storage)];
  one.set('01-a', 'guess', 1, { right: true });
  two.set('02-b', 'question', '1', true);
  two.note('01-a', 'mine');
  two.reviewed('card-1-1', true);
  one.set('01-a', 'guess', 2, { right: false });
  one.forget('02-b');
  const kept = new Store(storage);
  assert.deepEqual(kept.chapters(), ['01-a']);
  assert.deepEqual(Object.keys(kept.chapter('01-a').guess), ['1', '2']);
  assert.equal(kept.chapter('01-a').notes, 'mine');
  assert.equal(kept.due('card-1-1'), false);
});

test('where nothing can be written, all lasts as long as the page', () => {
  const full = { getItem: () => '{"01-a": {"notes": "old"}}', setItem: () => { throw new Error('full'); } };
  const store = new Store(full);
  store.note('01-a', 'new');
  store.set('01-a', 'question', '1', true);
  assert.deepEqual([store.chapter('01-a').notes, store.chapter('01-a').question], ['new', { 1: true }]);
  const refuse = () => { throw new Error('forbidden'); };
  const forbidden = new Store({ getItem: refuse, setItem: refuse, removeItem: refuse });
  forbidden.set('01-a', 'question', '1', true);
  assert.deepEqual(forbidden.chapter('01-a').question, { 1: true });
});
