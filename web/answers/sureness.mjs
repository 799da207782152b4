// How sure the reader was, and how often right.

import { make } from './dom.mjs';
import { SURE } from './predict.mjs';

const ENOUGH = 5; // guesses before a word is said about them

/** For each degree of sureness, how many guesses there were and how many were right. */
export function calibration(guesses) {
  return SURE.map(([sure, label]) => {
    const made = guesses.filter((guess) => guess.sure === Number(sure));
    return { sure: Number(sure), label, made: made.length, right: made.filter((g) => g.right).length };
  });
}

/** One sentence: how many were right, how many somebody as sure as that expects to be. */
export function verdict(guesses) {
  const n = guesses.length;
  const right = guesses.filter((guess) => guess.right).length;
  const expected = guesses.reduce((sum, guess) => sum + guess.sure / 100, 0);
  const spread = Math.sqrt(guesses.reduce((sum, { sure }) => sum + (sure / 100) * (1 - sure / 100), 0));
  if (n === 1) return `Your one guess was ${right ? 'right' : 'wrong'}.`;
  const counts = `${right} of ${n} guesses were right; as sure as you were, you expected ${expected.toFixed(1)}.`;
  if (n < ENOUGH) return counts;
  if (right < expected - 1.5 * spread) return `${counts} You were surer than you were right.`;
  if (right > expected + 1.5 * spread) return `${counts} You knew more than you trusted yourself to.`;
  return `${counts} You were about as right as you were sure.`;
}

/** The sentence and the table. */
export function sureness(guesses) {
  const cells = (tag, ...texts) => make('tr', {}, ...texts.map((t) => make(tag, { textContent: t })));
  const rows = calibration(guesses);
  return [
    make('p', { textContent: verdict(guesses) }),
    make('table', {},
      make('caption', { textContent: 'How sure you were, and how often right' }),
      make('thead', {}, cells('th', 'You were', 'Guesses', 'Right')),
      make('tbody', {}, ...rows.map((r) => cells('td', `${r.label} (${r.sure}%)`, r.made, r.right)))),
  ];
}
