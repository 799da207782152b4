// What the reader did, kept in this browser and nowhere else: guesses, answers, notes, cards.

export const KEY = 'book-answers';

/** Days until a question comes back, by how often in a row it was answered rightly (Leitner). */
export const DAYS = [1, 3, 7, 16, 35, 90];
const DAY = 86_400_000;

export class Store {
  /** @param storage like localStorage; where it is forbidden or full, all lasts as long as the page */
  constructor(storage) {
    this.storage = storage;
    this.refresh();
  }

  /** Reads what is kept, also by another tab; what could not be written is not given up. */
  refresh() {
    if (this.unwritten) return;
    try {
      const all = JSON.parse(this.storage.getItem(KEY));
      this.all = typeof all === 'object' && !Array.isArray(all) ? all ?? {} : {};
    } catch {
      this.all ??= {};
    }
  }

  /** What is kept of one chapter, by kind: `guess`, `skipped`, `question`, `exercise`, and `notes`. */
  chapter(name) {
    return { guess: {}, skipped: {}, question: {}, exercise: {}, notes: '', ...this.all[name] };
  }

  chapters() {
    return Object.keys(this.all).filter((name) => name !== 'cards');
  }

  set(name, kind, id, value) {
    this.refresh();
    const chapter = this.chapter(name);
    chapter[kind] = { ...chapter[kind], [id]: value };
    this.replace(name, chapter);
  }

  note(name, notes) {
    this.refresh();
    this.replace(name, { ...this.chapter(name), notes });
  }

  replace(name, chapter) {
    this.refresh();
    this.all[name] = chapter;
    this.#write();
  }

  /** A chapter, and when its questions come back. */
  forget(name) {
    this.refresh();
    delete this.all[name];
    const cards = Object.entries(this.all.cards ?? {}).filter(([id]) => !id.startsWith(`${name}:`));
    if (cards.length) this.all.cards = Object.fromEntries(cards);
    else delete this.all.cards;
    this.#write();
  }

  forgetAll() {
    this.all = {};
    this.#write();
  }

  /** A card, or a question, that was answered; it comes back the sooner the less it was known. */
  reviewed(id, right, now = Date.now()) {
    this.refresh();
    const cards = this.all.cards ?? {};
    const box = right ? Math.min((cards[id]?.box ?? -1) + 1, DAYS.length - 1) : 0;
    this.replace('cards', { ...cards, [id]: { box, due: now + DAYS[box] * DAY } });
  }

  due(id, now = Date.now()) {
    const card = this.all.cards?.[id];
    return !card || card.due <= now;
  }

  /** Questions that were answered once and are due again, as [chapter, number]. */
  questionsDue(now = Date.now()) {
    const ids = Object.keys(this.all.cards ?? {}).filter((id) => id.includes(':'));
    return ids.filter((id) => this.due(id, now)).map((id) => id.split(':'));
  }

  #write() {
    try {
      if (Object.keys(this.all).length) this.storage.setItem(KEY, JSON.stringify(this.all));
      else this.storage.removeItem(KEY);
      this.unwritten = false;
    } catch {
      this.unwritten = true; // nothing to be done, and nothing lost yet
    }
  }
}
