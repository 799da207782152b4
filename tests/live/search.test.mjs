import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Index, words } from '../../web/extensions/book_search.mjs';

const entry = (page, title, text, more = {}) => ({ page, anchor: title.toLowerCase(), of: 'Book', title, text, code: '', ...more });
const stem = (word) => word.replace(/s$/, '');
const index = new Index(
  [
    entry('reference/api', 'nnlib.Adam', 'Adam is an optimizer.'),
    entry('reference/glossary', 'Adam', 'An optimizer that divides a mean of the gradient.'),
    entry('chapters/06-training', 'Momentum and Adam', 'Adam divides each step. Two means are kept by Adam.'),
    entry('chapters/06-training', 'Learning rate', 'How far one step goes: the learning rate.'),
    entry('chapters/01-neuron', 'Learning', 'The rate of a neuron and its learning are two things.'),
    entry('chapters/05-backward', 'Steps', 'Each step goes back.', { code: 'theta -= rate * dtheta' }),
  ],
  stem,
);
const found = (query) => index.search(query).map(({ page, title }) => `${page}: ${title}`);

test('a chapter stands before the glossary, and that before the API', () =>
  assert.deepEqual(found('adam'), ['chapters/06-training: Momentum and Adam', 'reference/glossary: Adam', 'reference/api: nnlib.Adam']));
test('a query written as a name in code finds the API first', () => assert.equal(found('nnlib.Adam')[0], 'reference/api: nnlib.Adam'));
test('words together count more than words apart', () =>
  assert.deepEqual(found('learning rate').slice(0, 2), ['chapters/06-training: Learning rate', 'chapters/01-neuron: Learning']));
test('all words must be there', () => assert.deepEqual(found('adam neuron'), []));
test('other forms of a word are found', () => assert.ok(found('steps').includes('chapters/06-training: Momentum and Adam')));
test('the beginning of a word is enough where no word is as asked', () =>
  assert.equal(found('moment')[0], 'chapters/06-training: Momentum and Adam'));
test('names in the code are found', () => assert.deepEqual(found('dtheta'), ['chapters/05-backward: Steps']));
test('nothing asked, nothing found', () => assert.deepEqual(found(' ?! '), []));
test('accents and capitals make no difference', () => assert.deepEqual(words('Café ReLU'), ['cafe', 'relu']));

test('an excerpt shows and marks the words', () => {
  const long = { ...entry('chapters/02', 'X', `${'before '.repeat(60)}the needle lies here ${'after '.repeat(60)}`) };
  const parts = new Index([long], stem).excerpt(long, 'needles');
  assert.deepEqual(parts.filter(([, hit]) => hit), [['needle', true]]);
  const text = parts.map(([piece]) => piece).join('');
  assert.ok(text.startsWith('… ') && text.endsWith(' …') && text.length < 260);
});
test('a short text is shown whole', () => {
  const parts = index.excerpt(index.entries[1], 'gradient').map(([piece]) => piece);
  assert.equal(parts.join(''), 'An optimizer that divides a mean of the gradient.');
});
