// "Predict first": the page takes a guess, and how sure the reader is, before it opens the outcome.

import { choices, make } from './dom.mjs';

export const SURE = [['50', 'It is a guess'], ['75', 'Fairly sure'], ['95', 'Very sure']];
const WITHIN = 0.1; // a number is right within a tenth, where its box does not say otherwise

/** One box; `kept` is the guess of an earlier visit, `keep(guess)` takes a new one. */
export function predict(box, kept, keep) {
  const outcome = box.querySelector('details.outcome');
  const list = box.querySelector('ol');
  const right = number(outcome.querySelector('strong').textContent);
  const unit = box.dataset.unit ?? '';
  const form = make('form', { className: 'prediction' });
  const said = make('p', { className: 'said', role: 'status' });
  let guess;
  if (list) {
    const options = [...list.children].map((item, i) => [`${i + 1}`, [...item.childNodes]]);
    const { field, value } = choices('Your guess', options, (nodes) => span(nodes));
    form.append(field);
    guess = value;
    list.remove();
  } else {
    const input = make('input', { type: 'text', inputMode: 'decimal', autocomplete: 'off' });
    form.append(make('label', {}, 'Your guess: ', input, ` ${unit}`));
    guess = () => input.value.trim();
  }
  const sure = choices('How sure are you?', SURE);
  sure.field.className = 'sure';
  const give = make('button', { type: 'submit', textContent: 'This is my guess' });
  const skip = make('button', { type: 'button', className: 'quiet', textContent: 'Show without a guess' });
  form.append(sure.field, make('p', {}, give, ' ', skip), said);
  outcome.before(form);
  outcome.hidden = true;
  box.classList.add('ready');

  const open = (text) => {
    said.textContent = text;
    for (const control of form.querySelectorAll('input, button')) control.disabled = true;
    outcome.hidden = false;
    outcome.open = true;
  };
  skip.addEventListener('click', () => open('No guess was kept.'));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const value = guess();
    if (!value || Number.isNaN(number(value))) {
      said.textContent = list ? 'Choose an answer first.' : 'Write a number first.';
    } else if (!sure.value()) {
      said.textContent = 'Say how sure you are.';
    } else {
      const close = list ? number(value) === right : isClose(number(value), right, box.dataset.within);
      const made = { guess: value, sure: Number(sure.value()), right: close };
      keep(made);
      open(sentence(made, unit));
    }
  });
  if (kept) open(sentence(kept, unit));
}

function span(nodes) {
  return make('span', {}, ...nodes);
}

function sentence({ guess, sure, right }, unit) {
  return `${right ? '✓' : '✗'} You guessed ${guess}${unit && ` ${unit}`}, ${sure}% sure.`;
}

export function number(text) {
  return parseFloat(text.replaceAll(',', '').replace('−', '-'));
}

export function isClose(guess, right, within = WITHIN) {
  return Math.abs(guess - right) <= Number(within) * Math.abs(right) + 1e-12;
}

/** For each degree of sureness, how many guesses there were and how many were right. */
export function calibration(guesses) {
  return SURE.map(([sure, label]) => {
    const made = guesses.filter((guess) => guess.sure === Number(sure));
    return { sure: Number(sure), label, made: made.length, right: made.filter((g) => g.right).length };
  });
}
