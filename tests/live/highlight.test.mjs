import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tokens } from '../../web/live/highlight.mjs';

const colored = (code) => tokens(code).filter(([name]) => name);

test('nothing of the code is lost', () => {
  for (const code of ['', 'x = 1', 'def f(α):\n    """Ä."""\n    return f"{α!r}" # end', "'open", '"""open\n', "r'\\'", 'a\n\n']) {
    assert.equal(tokens(code).map(([, text]) => text).join(''), code);
  }
});

test('keywords, strings, numbers and comments are told apart', () => {
  assert.deepEqual(colored('for k in range(10):  # ten'), [['k', 'for'], ['k', 'in'], ['mi', '10'], ['c1', '# ten']]);
  assert.deepEqual(colored('x1 = None; format = 1.5e-3'), [['kc', 'None'], ['mi', '1.5e-3']]);
  assert.deepEqual(colored('s = "# not a comment" + b\'for\''), [['s2', '"# not a comment"'], ['s2', "b'for'"]]);
});
