// "Your work" at a chapter's end: progress, how sure and how right, notes, and the files.

import { make } from './dom.mjs';
import { read, written } from './notebook.mjs';
import { calibration } from './predict.mjs';

const KINDS = [['question', 'questions'], ['exercise', 'exercises'], ['guess', 'guesses']];

/** How many of each kind are answered, in words. */
export function progress(chapter, totals) {
  return KINDS.filter(([kind]) => totals[kind])
    .map(([kind, word]) => `${Object.keys(chapter[kind]).length} of ${totals[kind]} ${word}`)
    .join(' · ');
}

/** The panel; `draw()` shows what is kept now. */
export class Mine {
  constructor(store, name, totals, source) {
    Object.assign(this, { store, name, totals, source });
    this.done = make('p');
    this.sure = make('div');
    this.said = make('p', { role: 'status' });
    this.notes = make('textarea', { rows: 4, id: 'my-notes' });
    this.notes.addEventListener('input', () => store.note(name, this.notes.value));
    const file = make('input', { type: 'file', accept: '.ipynb', hidden: true });
    file.addEventListener('change', () => this.#bringBack(file));
    this.element = make('section', { className: 'my-work', ariaLabel: 'Your work' },
      make('p', { className: 'my-title', textContent: 'Your work in this chapter' }),
      this.done, this.sure,
      make('label', { htmlFor: 'my-notes', textContent: 'Your notes' }), this.notes,
      make('p', {},
        button('Save as a notebook', () => this.#save()), ' ',
        button('Bring a notebook back', () => file.click()), ' ',
        button('Forget all', () => this.#forget())),
      file, this.said,
      make('p', { className: 'small', textContent: 'All of this is kept in this browser only.' }));
    this.draw();
  }

  draw() {
    const chapter = this.store.chapter(this.name);
    this.done.textContent = `Answered: ${progress(chapter, this.totals)}`;
    this.notes.value = chapter.notes;
    const guesses = Object.values(chapter.guess);
    this.sure.replaceChildren(...(guesses.length ? [table(calibration(guesses))] : []));
  }

  #edits() {
    return JSON.parse(localStorage.getItem(`book-live:${location.pathname}`) ?? '{}');
  }

  async #original() {
    const answer = await fetch(this.source);
    if (!answer.ok) throw new Error('The chapter’s notebook did not come.');
    return answer.json();
  }

  async #save() {
    try {
      const made = written(await this.#original(), this.#edits(), this.store.chapter(this.name));
      const url = URL.createObjectURL(new Blob([JSON.stringify(made, null, 1)]));
      make('a', { href: url, download: `${this.name}.ipynb` }).click();
      setTimeout(() => URL.revokeObjectURL(url), 1000);
      this.said.textContent = 'Saved: your edits, notes and answers are in it.';
    } catch (error) {
      this.said.textContent = error.message;
    }
  }

  async #bringBack(file) {
    try {
      const brought = JSON.parse(await file.files[0].text());
      const { edits, chapter } = read(brought, await this.#original());
      if (chapter) this.store.replace(this.name, chapter);
      localStorage.setItem(`book-live:${location.pathname}`, JSON.stringify(edits));
      location.reload();
    } catch (error) {
      const broken = error instanceof SyntaxError;
      this.said.textContent = broken ? 'This is no notebook.' : error.message;
    }
  }

  #forget() {
    if (!confirm('Forget your answers, guesses, notes and edits in all chapters?')) return;
    this.store.forgetAll();
    for (const key of Object.keys(localStorage)) if (key.startsWith('book-live:')) localStorage.removeItem(key);
    location.reload();
  }
}

function button(textContent, clicked) {
  const made = make('button', { type: 'button', textContent });
  made.addEventListener('click', clicked);
  return made;
}

function table(rows) {
  const cells = (tag, ...texts) => make('tr', {}, ...texts.map((t) => make(tag, { textContent: t })));
  return make('table', {},
    make('caption', { textContent: 'How sure you were, and how often right' }),
    make('thead', {}, cells('th', 'You were', 'Guesses', 'Right')),
    make('tbody', {}, ...rows.map((r) => cells('td', `${r.label} (${r.sure}%)`, r.made, r.right))));
}
