import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Notebook } from '../../web/live/notebook.mjs';

const three = () => new Notebook([{ tags: [] }, { tags: ['raises-exception'] }, { tags: [] }]);

test('a solution runs only when the reader asks for it', () => {
  const notebook = new Notebook([{ tags: [] }, { tags: ['solution'] }, { tags: [] }]);
  assert.deepEqual(notebook.upTo(2), [0, 2]);
  assert.deepEqual(notebook.upTo(1), [0, 1]);
  assert.deepEqual(notebook.all(), [0, 1, 2]);
});

test('a cell brings along what stands above it and has not run', () => {
  const notebook = three();
  assert.deepEqual(notebook.upTo(2), [0, 1, 2]);
  notebook.ended(0, true);
  assert.deepEqual(notebook.upTo(2), [1, 2]);
});

test('a cell that ran runs again, alone', () => {
  const notebook = three();
  notebook.all().forEach((position) => notebook.ended(position, true));
  assert.deepEqual(notebook.upTo(1), [1]);
});

test('an error stops the cells after it, unless the author meant it', () => {
  const notebook = three();
  assert.equal(notebook.ended(0, false), false);
  assert.equal(notebook.ended(1, false), true);
  assert.deepEqual(notebook.upTo(2), [0, 2]);
});

test('a cell that fails on a second run must run again', () => {
  const notebook = three();
  notebook.ended(0, true);
  notebook.ended(0, false);
  assert.deepEqual(notebook.upTo(2), [0, 1, 2]);
});

test('a new Python has run nothing', () => {
  const notebook = three();
  notebook.all().forEach((position) => notebook.ended(position, true));
  notebook.restarted();
  assert.deepEqual(notebook.upTo(2), [0, 1, 2]);
});

test('above is without the cell itself', () => assert.deepEqual(three().above(1), [0]));
