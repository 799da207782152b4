import assert from 'node:assert/strict';
import { test } from 'node:test';
import { align, blend, blendPaths } from '../../web/extensions/book_player.mjs';

const xy = (d) => d.split(/[ML]/).slice(1).map((point) => point.split(' ').map(Number));

test('numbers and colors lead from one text to the other', () => {
  const at = blend('translate(0 10) fill:#000000', 'translate(4 -10) fill:#ff0010');
  assert.equal(at(0), 'translate(0 10) fill:#000000');
  assert.equal(at(0.5), 'translate(2 0) fill:#800008');
  assert.equal(at(1), 'translate(4 -10) fill:#ff0010');
});
test('texts that differ in words are not blended', () => assert.equal(blend('fill:none', 'fill:#000000'), null));
test('what stays is left as it is written', () => assert.equal(blend('x 1.10', 'x 1.10')(0.5), 'x 1.10'));

test('curves over one axis are blended height by height, whatever points each keeps', () => {
  const [a, b] = ['M0 0L100 0', 'M0 100L50 0L100 100'];
  assert.deepEqual(xy(blendPaths(a, b)(0)), [[0, 0], [50, 0], [100, 0]]);
  assert.deepEqual(xy(blendPaths(a, b)(0.5)), [[0, 50], [50, 0], [100, 50]]);
  assert.deepEqual(xy(blendPaths(a, b)(1)), [[0, 100], [50, 0], [100, 100]]);
});
test('a curve that reaches farther grows and keeps its past', () => {
  const half = xy(blendPaths('M0 9L10 5L15 4', 'M0 9L10 5L20 3L30 1')(0.5));
  assert.deepEqual(half.slice(0, 2), [[0, 9], [10, 5]]);
  assert.equal(half.at(-1)[0], 22.5);
});
test('other lines are blended along their length, from end to end', () => {
  const half = xy(blendPaths('M0 0L0 10L10 10', 'M10 10L0 10L0 5L0 0')(0.5));
  assert.deepEqual(half[0], [5, 5]);
  assert.deepEqual(half.at(-1), [5, 5]);
});
test('a line that is a point is blended, too', () => {
  for (const t of [0, 0.5, 1]) assert.ok(!/NaN/.test(blendPaths('M5 5L5 5', 'M0 0L1 9L0 3')(t)));
});
test('closed, curved and broken paths of other forms are not', () => {
  assert.equal(blendPaths('M0 0L1 1z', 'M0 0L1 1L2 2z'), null);
  assert.equal(blendPaths('M0 0C1 1 2 2 3 3', 'M0 0L1 1'), null);
  assert.equal(blendPaths('M0 0L1 1M2 2L3 3', 'M0 0L1 1'), null);
});

test('parts are aligned in order, as many as there can be', () => {
  assert.deepEqual(align(['a', 'b', 'c'], ['a', 'c']), [[0, 0], [1, null], [2, 1]]);
  assert.deepEqual(align(['a', 'x', 'b'], ['a', 'y', 'b']), [[0, 0], [1, null], [null, 1], [2, 2]]);
  assert.deepEqual(align([], ['a']), [[null, 0]]);
  const [a, b] = [[...'kittens'], [...'sitting']];
  const pairs = align(a, b);
  assert.equal(pairs.filter(([i, j]) => i !== null && j !== null).length, 4);
  assert.deepEqual(pairs.filter(([i]) => i !== null).map(([i]) => i), [0, 1, 2, 3, 4, 5, 6]);
  assert.deepEqual(pairs.filter(([, j]) => j !== null).map(([, j]) => j), [0, 1, 2, 3, 4, 5, 6]);
});
