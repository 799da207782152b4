// Starts what a page needs: predictions, marks on questions and exercises, the reader's work.

import { make } from './dom.mjs';
import { Mine, progress } from './mine.mjs';
import { predict } from './predict.mjs';
import { remember } from './remember.mjs';
import { KEY, Store } from './store.mjs';
import { sureness } from './sureness.mjs';

const store = new Store(window.localStorage);
const article = document.querySelector('article.bd-article');
const name = location.pathname.split('/').pop().replace(/\.html$/, '');
const root = document.documentElement.dataset.content_root ?? './';

const questions = [...article.querySelectorAll('.self-check')];
const boxes = [...article.querySelectorAll('.predict')].filter((box) => box.querySelector('details.outcome'));
const exercises = [...article.querySelectorAll('.cell.tag_exercise')];
const cards = [...article.querySelectorAll('details.recall')];
const known = JSON.parse(document.getElementById('book-curves')?.textContent ?? '{}');

if (questions.length) chapter();
if (cards.length) remember(cards, store, root);
if (article.querySelector('.book-lead')) start();
document.documentElement.dataset.answers = 'ready'; // else what is covered would be shown in a moment

function chapter() {
  const totals = { question: questions.length, exercise: exercises.length, guess: boxes.length };
  const source = article.closest('body').querySelector('a[href$=".ipynb"][href*="_sources"]')?.href
    ?? `${root}_sources/chapters/${name}.ipynb`;
  const curves = Object.fromEntries(boxes.flatMap((box, i) => (known[box.dataset.draw] ? [[i + 1, known[box.dataset.draw]]] : [])));
  const mine = new Mine({ store, name, totals, source, curves });
  const keep = (kind, id, value) => {
    store.set(name, kind, id, value);
    mine.draw();
  };
  boxes.forEach((box, i) => watchGuess(box, i + 1, curves[i + 1], keep));
  questions.forEach((question, i) => watchQuestion(question, `${i + 1}`, keep));
  exercises.forEach((cell) => watchExercise(cell, keep));
  article.append(mine.element);
  window.addEventListener('storage', ({ key }) => {
    if (key !== KEY && key !== null) return;
    store.refresh(); // another tab kept something
    mine.draw();
  });
  try {
    const all = JSON.parse(localStorage.getItem('book-totals') ?? '{}');
    localStorage.setItem('book-totals', JSON.stringify({ ...all, [name]: totals }));
  } catch { /* the start page then says less */ }
}

/** A prediction, and what it covers until a guess is given: also from a link that leads into it. */
function watchGuess(box, number, curve, keep) {
  const cover = article.querySelector(`.covered[data-guess="${number}"]`);
  const { guess, skipped } = store.chapter(name);
  const { foundInside } = predict({
    box,
    cover,
    curve,
    kept: { guess: guess[number], skipped: skipped[number] },
    keep: { guess: (made) => keep('guess', number, made), skip: () => keep('skipped', number, true) },
  });
  const follow = () => {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target || !cover?.hidden || !cover.contains(target)) return;
    foundInside();
    target.scrollIntoView();
  };
  window.addEventListener('hashchange', follow);
  follow();
}

/** The first option that is opened is the answer. */
function watchQuestion(question, id, keep) {
  const mark = (right) => {
    question.dataset.answered = right ? 'right' : 'wrong';
  };
  const card = `${name}:${id}`;
  const kept = store.chapter(name).question[id];
  if (kept !== undefined && !store.due(card)) mark(kept); // when due, it asks again
  for (const option of question.querySelectorAll('details')) {
    option.addEventListener('toggle', () => {
      if (!option.open || question.dataset.answered) return;
      const right = option.querySelector(':scope > .right') !== null;
      mark(right);
      store.reviewed(card, right);
      keep('question', id, right);
    });
  }
}

/** What the check printed when the reader ran the cell; the stored output is the unanswered one. */
function watchExercise(cell, keep) {
  const number = cell.textContent.match(/Exercise (\d+\.\d+)/)?.[1];
  const mark = make('span', { className: 'exercise-mark' });
  heading(cell)?.append(mark);
  const show = (right) => {
    cell.dataset.answered = right ? 'right' : 'wrong';
    mark.textContent = right ? ' ✓ answered' : ' ✗ tried, not right yet';
  };
  const kept = store.chapter(name).exercise[number];
  if (kept !== undefined) show(kept);
  new MutationObserver(() => {
    const said = cell.textContent.match(/([✓✗]) Exercise (\d+\.\d+)/);
    if (!said) return;
    const right = said[1] === '✓';
    if (store.chapter(name).exercise[said[2]] !== right) keep('exercise', said[2], right);
    show(right);
  }).observe(cell, { childList: true, subtree: true, characterData: true });
}

/** The heading of the section that a cell stands in. */
function heading(cell) {
  return cell.closest('section')?.querySelector(':scope > :is(h2, h3, h4)');
}

/** The start page: how far the reader is in each chapter. */
function start() {
  let totals = {};
  try {
    totals = JSON.parse(localStorage.getItem('book-totals') ?? '{}');
  } catch { /* nothing is known */ }
  const begun = store.chapters().filter((key) => totals[key]).sort();
  if (!begun.length) return;
  const items = begun.map((key) => make('li', {},
    make('a', { href: `${root}chapters/${key}.html`, textContent: `Chapter ${parseInt(key, 10)}` }),
    `: ${progress(store.chapter(key), totals[key])}`));
  const guesses = begun.flatMap((key) => Object.values(store.chapter(key).guess));
  article.append(make('section', { className: 'my-work', ariaLabel: 'Your work' },
    make('p', { className: 'my-title', textContent: 'Your work' }), make('ul', {}, ...items),
    ...(guesses.length ? sureness(guesses) : [])));
}
