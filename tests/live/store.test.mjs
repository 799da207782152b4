import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Store } from '../../web/live/store.mjs';

class Storage {
  items = new Map();
  getItem = (key) => this.items.get(key) ?? null;
  setItem = (key, value) => this.items.set(key, value);
  removeItem = (key) => this.items.delete(key);
}

test('an edit outlives the page, on its own page only', () => {
  const storage = new Storage();
  new Store(storage, '/a').set('c1', 'x = 1');
  assert.equal(new Store(storage, '/a').get('c1'), 'x = 1');
  assert.equal(new Store(storage, '/b').get('c1'), undefined);
});

test('a reset leaves nothing behind', () => {
  const storage = new Storage();
  const store = new Store(storage, '/a');
  store.set('c1', 'x = 1');
  store.set('c1', undefined);
  assert.equal(storage.items.size, 0);
});

test('an empty cell is an edit', () => {
  const storage = new Storage();
  new Store(storage, '/a').set('c1', '');
  assert.equal(new Store(storage, '/a').get('c1'), '');
});

test('without storage, edits last as long as the page', () => {
  const refuse = () => { throw new Error('forbidden'); };
  const store = new Store({ getItem: refuse, setItem: refuse, removeItem: refuse }, '/a');
  store.set('c1', 'x');
  assert.equal(store.get('c1'), 'x');
});

test('two tabs of one page keep what the other wrote', () => {
  const storage = new Storage();
  const [one, two] = [new Store(storage, '/a'), new Store(storage, '/a')];
  one.set('c1', 'x');
  two.set('c2', 'y');
  assert.deepEqual(one.refresh(), ['c2']);
  assert.deepEqual(two.edits, { c1: 'x', c2: 'y' });
  two.set('c1', undefined);
  assert.deepEqual(one.refresh(), ['c1']);
  assert.equal(one.get('c1'), undefined);
  assert.deepEqual(one.refresh(), []);
});

test('what another program stored is ignored', () => {
  const storage = new Storage();
  storage.setItem('book-live:/a', '{not json');
  assert.equal(new Store(storage, '/a').get('c1'), undefined);
});
