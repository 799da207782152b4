import assert from 'node:assert/strict';
import { afterEach, beforeEach, mock, test } from 'node:test';
import { Session } from '../../web/live/session.mjs';

beforeEach(() => mock.timers.enable({ apis: ['setTimeout'] }));
afterEach(() => mock.timers.reset());

/** A worker that does what the test says. */
class FakeWorker {
  sent = [];
  ended = false;
  postMessage(message) { this.sent.push(message); }
  terminate() { this.ended = true; }
  say(data) { this.onmessage({ data }); }
}

function session(options = { indexURL: 'x' }) {
  const workers = [], heard = [];
  const note = (name) => (...values) => heard.push([name, ...values]);
  const on = Object.fromEntries(['stage', 'bytes', 'silent', 'comm', 'idle', 'stray', 'ready', 'died'].map((name) => [name, note(name)]));
  const made = new Session(() => workers[workers.push(new FakeWorker()) - 1], options, on);
  return { made, workers, heard };
}
const tick = () => new Promise((resolve) => setImmediate(resolve));

async function ready() {
  const { made, workers, heard } = session();
  const started = made.start();
  workers[0].say({ type: 'ready', files: [] });
  await started;
  return { made, workers, heard };
}

test('Python starts once, with the options it needs', async () => {
  const { made, workers } = await ready();
  await made.start();
  assert.equal(workers.length, 1);
  assert.deepEqual(workers[0].sent, [{ type: 'start', indexURL: 'x' }]);
});

test('a run hears its own messages and how it ended', async () => {
  const { made, workers, heard } = await ready();
  const messages = [];
  const run = made.run('1 + 1', 'cell 1', (message) => messages.push(message.type));
  await tick();
  workers[0].say({ type: 'stream', name: 'stdout', text: '2' });
  workers[0].say({ type: 'done', ok: true });
  assert.deepEqual(await run, { ok: true });
  assert.deepEqual(messages, ['stream']);
});

test('what is said between runs goes astray, and comms to the widgets', async () => {
  const { workers, heard } = await ready();
  workers[0].say({ type: 'stream', name: 'stdout', text: 'late' });
  workers[0].say({ type: 'comm_open', comm_id: '1' });
  assert.deepEqual(heard.map(([name]) => name), ['ready', 'stray', 'comm']);
});

test('a stop ends the worker and the run, and the next run starts another', async () => {
  const { made, workers } = await ready();
  const run = made.run('while True: pass', 'cell 1', () => {});
  await tick();
  assert.equal(made.stop(), true);
  assert.deepEqual(await run, { ok: false, stopped: true });
  assert.equal(workers[0].ended, true);
  made.start();
  assert.equal(workers.length, 2);
});

test('what an ended worker still says does not end the next one', async () => {
  const { made, workers } = await ready();
  made.stop();
  const started = made.start();
  workers[0].onerror({ message: 'too late' });
  workers[1].say({ type: 'ready', files: [] });
  await started;
  assert.equal(made.worker, workers[1]);
});

test('a stop while Python starts makes the start fail', async () => {
  const { made } = session();
  const started = made.start();
  assert.equal(made.stop(), false);
  await assert.rejects(started, /stopped/);
});

test('a worker that cannot start is told of, and may be tried again', async () => {
  const { made, workers } = session();
  const started = made.start();
  workers[0].say({ type: 'failed', text: 'no network' });
  await assert.rejects(started, /no network/);
  made.start();
  assert.equal(workers.length, 2);
});

test('a silent start is told of, and news ends the silence', async () => {
  const { made, workers, heard } = session();
  made.start();
  mock.timers.tick(15_000);
  workers[0].say({ type: 'bytes', loaded: 1 });
  mock.timers.tick(15_000);
  assert.deepEqual(heard.map(([name]) => name), ['bytes']);
  mock.timers.tick(15_000);
  assert.deepEqual(heard.map(([name]) => name), ['bytes', 'silent']);
});

test('a Python that is ready may be silent', async () => {
  const { made, heard } = await ready();
  mock.timers.tick(60_000);
  assert.equal(made.starting, false);
  assert.deepEqual(heard.map(([name]) => name), ['ready']);
});

test('a worker that breaks while a cell runs ends the run', async () => {
  const { made, workers, heard } = await ready();
  const messages = [];
  const run = made.run('x', 'cell 1', (message) => messages.push(message.name));
  await tick();
  workers[0].onerror({ message: 'out of memory' });
  assert.deepEqual(await run, { ok: false, died: true });
  assert.deepEqual(messages, ['Python stopped']);
  assert.deepEqual(heard.at(-1), ['died', 'out of memory']);
  made.start();
  assert.equal(workers.length, 2);
});

test('a stop of Python that does nothing is no death', async () => {
  const { made, heard } = await ready();
  assert.equal(made.stop(), false);
  assert.deepEqual(heard.map(([name]) => name), ['ready']);
});

test('Python that dies between two runs is told of, too', async () => {
  const { workers, heard } = await ready();
  workers[0].say({ type: 'failed', text: 'a recursion went too deep' });
  assert.deepEqual(heard.at(-1), ['died', 'a recursion went too deep']);
});

const shared = () => session({ indexURL: 'x', interrupt: new SharedArrayBuffer(4) });

async function running(make) {
  const { made, workers } = make();
  const started = made.start();
  workers[0].say({ type: 'ready', files: [] });
  await started;
  const run = made.run('while True: pass', 'cell 1', () => {});
  await tick();
  return { made, workers, run };
}

test('a cell that is asked to end keeps Python', async () => {
  const { made, workers, run } = await running(shared);
  const asked = made.interrupt();
  assert.equal(made.signal[0], 2);
  workers[0].say({ type: 'done', ok: false });
  assert.equal(await asked, true);
  assert.deepEqual(await run, { ok: false });
  assert.equal(workers[0].ended, false);
  made.run('1', 'cell 2', () => {});
  await tick();
  assert.equal(made.signal[0], 0);
});

test('a cell that does not listen, or cannot be asked, goes on', async () => {
  const { made, workers } = await running(shared);
  const asked = made.interrupt();
  mock.timers.tick(3000);
  assert.equal(await asked, false);
  assert.equal(workers[0].ended, false);
  const other = await running(session);
  assert.equal(await other.made.interrupt(), false);
});

test('where nothing runs there is nothing to interrupt', async () => {
  const { made, workers } = shared();
  made.start();
  workers[0].say({ type: 'ready', files: [] });
  await tick();
  assert.equal(await made.interrupt(), false);
});
