// The page Remember: the cards that are due, one after the other.

import { make } from './dom.mjs';

export function remember(cards, store, root) {
  const status = document.querySelector('.due');
  const links = store.questionsDue().map(([chapter, number]) => make('li', {}, make('a', {
    href: `${root}chapters/${chapter}.html#check-yourself`,
    textContent: `Question ${parseInt(chapter, 10)}.${number}`,
  })));
  if (links.length) {
    const title = make('p', { textContent: 'Questions of the chapters that are due again' });
    document.querySelector('article.bd-article').append(
      make('section', { className: 'my-work', ariaLabel: 'Questions that are due' }, title, make('ul', {}, ...links)));
  }
  const draw = () => {
    const due = cards.filter((card) => store.due(card.id));
    for (const card of cards) card.classList.toggle('not-due', !due.includes(card));
    const rest = due.length === 1 ? 'One card is due.' : `${due.length} cards are due.`;
    status.textContent = due.length ? rest : 'No card is due: come back another day.';
  };
  for (const card of cards) {
    const answer = (text, right) => {
      const made = make('button', { type: 'button', textContent: text });
      made.addEventListener('click', () => {
        store.reviewed(card.id, right);
        card.open = false;
        draw();
        cards.find((c) => store.due(c.id))?.querySelector('summary').focus();
      });
      return made;
    };
    card.append(make('p', {}, answer('I knew it', true), ' ', answer('Not yet', false)));
  }
  draw();
}
