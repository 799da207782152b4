import assert from 'node:assert/strict';
import { test } from 'node:test';
import { appendText } from '../../web/live/outputs.mjs';

test('text follows text', () => assert.equal(appendText('a\n', 'b'), 'a\nb'));
test('after a carriage return the line is written anew', () => assert.equal(appendText('a\n10%', '\r20%'), 'a\n20%'));
test('a line waits for its successor', () => assert.equal(appendText('10%', '\r'), '10%\r'));
test('and then goes', () => assert.equal(appendText('10%\r', '20%\r30%'), '30%'));
test('the line break of Windows is no progress bar', () => assert.equal(appendText('a\r', '\nb'), 'a\r\nb'));
