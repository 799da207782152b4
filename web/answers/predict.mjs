// "Predict first": the page takes a guess, and how sure the reader is, before it opens the outcome and
// what stands below it.

import { choices, make } from './dom.mjs';
import { axes, distance, percent } from './draw.mjs';

export const SURE = [['50', 'It is a guess'], ['75', 'Fairly sure'], ['95', 'Very sure']];
const WITHIN = 0.1; // a number is right within a tenth, a line within a tenth of the axes' height

/**
 * One box.
 * @param box its element
 * @param cover the element that stands below it and would give the outcome away, if there is one
 * @param curve for a line that is drawn: the true curve and its axes
 * @param kept {guess, skipped}: of an earlier visit
 * @param keep {guess(made), skip()}: what takes new ones
 */
export function predict({ box, cover, curve, kept, keep }) {
  const outcome = box.querySelector('details.outcome');
  const form = make('form', { className: 'prediction' });
  const said = make('p', { className: 'said', role: 'status', tabIndex: -1 });
  const kind = curve ? line(curve, box.dataset.within) : box.querySelector('ol') ? choice(box, outcome) : figure(box, outcome);
  const sure = choices('How sure are you?', SURE);
  sure.field.className = 'sure';
  const give = make('button', { type: 'submit', textContent: 'This is my guess' });
  const skip = make('button', { type: 'button', className: 'quiet', textContent: 'Show without a guess' });
  form.append(kind.element, sure.field, make('p', {}, give, ' ', skip));
  if (cover) form.append(make('p', { className: 'covers', textContent: 'What follows, up to the next heading or question, is covered until then.' }));
  form.append(said);
  outcome.before(form);
  outcome.hidden = true;
  if (cover) cover.hidden = 'until-found';
  box.classList.add('ready');

  let opened = false;
  const open = (text, made) => {
    opened = true;
    said.textContent = text;
    form.classList.add('given');
    for (const control of form.querySelectorAll('input, button')) control.disabled = true;
    kind.reveal?.(made?.guess);
    outcome.hidden = false;
    outcome.open = true;
    if (cover) cover.hidden = false;
  };
  const skipped = 'No guess was kept.';
  skip.addEventListener('click', () => {
    keep.skip();
    open(skipped);
    said.focus();
  });
  // A search in the page, or a link, led into what is covered.
  const foundInside = () => {
    if (opened) return;
    keep.skip();
    open('A link or a search led below, so this is shown without a guess.');
  };
  cover?.addEventListener('beforematch', foundInside);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const guess = kind.value();
    if (guess === null) {
      said.textContent = kind.asks;
    } else if (!sure.value()) {
      said.textContent = 'Say how sure you are.';
    } else {
      const made = { guess, sure: Number(sure.value()), ...kind.judge(guess) };
      keep.guess(made);
      open(sentence(made, kind), made);
      said.focus();
    }
  });
  if (kept.guess) open(sentence(kept.guess, kind), kept.guess);
  else if (kept.skipped) open(skipped);
  return { foundInside };
}

const rightOf = (outcome) => number(outcome.querySelector('strong').textContent);

/** One of several: a numbered list. */
function choice(box, outcome) {
  const list = box.querySelector('ol');
  const options = [...list.children].map((item, i) => [`${i + 1}`, [...item.childNodes]]);
  const { field, value } = choices('Your guess', options, (nodes) => make('span', {}, ...nodes));
  list.remove();
  const right = rightOf(outcome);
  return {
    element: field,
    asks: 'Choose an answer first.',
    value: () => value() ?? null,
    judge: (guess) => ({ right: number(guess) === right }),
    words: (guess) => `You guessed ${guess}`,
  };
}

/** A number. */
function figure(box, outcome) {
  const input = make('input', { type: 'text', inputMode: 'decimal', autocomplete: 'off', maxLength: 20 });
  const unit = box.dataset.unit ? ` ${box.dataset.unit}` : '';
  const right = rightOf(outcome);
  return {
    element: make('label', {}, 'Your guess: ', input, unit),
    asks: 'Write a number first.',
    value: () => (Number.isNaN(number(input.value)) ? null : input.value.trim()),
    judge: (guess) => ({ right: isClose(number(guess), right, box.dataset.within) }),
    words: (guess) => `You guessed ${guess}${unit}`,
  };
}

/** A line in axes. */
function line(curve, within = WITHIN) {
  const place = axes(curve);
  return {
    element: place.element,
    asks: 'Draw the line first, from the left edge to the right edge.',
    value: place.value,
    judge(guess) {
      const off = Number(distance(curve, guess).toFixed(3));
      return { right: off <= Number(within), off };
    },
    words: (guess, { off }) => `Your line is on average ${percent(off)} of the height away from what came out (up to ${percent(within)} counts as right)`,
    reveal: place.reveal,
  };
}

function sentence(made, kind) {
  return `${made.right ? '✓' : '✗'} ${kind.words(made.guess, made)}, ${made.sure}% sure.`;
}

export function number(text) {
  return parseFloat(text.replaceAll(',', '').replace('−', '-'));
}

export function isClose(guess, right, within = WITHIN) {
  return Math.abs(guess - right) <= Number(within) * Math.abs(right) + 1e-12;
}
