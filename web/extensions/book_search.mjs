// The search page: ranks the sections of the book (search-sections.json, book_search.py) for the words of
// the address, and lists them. A section counts where it holds all words; chapters stand before the
// reference, and that before the API, unless the query is written like a name in code.

const CODE = /[._(]/;
const LONG = 1.2, LENGTH = 0.75;         // of BM25: how soon a repeated word counts no more, how much length counts
const WEIGHT = { title: 9, of: 2, text: 1, code: 0.4 };
const PIECES = /[\p{L}\p{N}]+/gu;
const SHOWN = 30;

export const words = (text) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().match(PIECES) ?? [];

/** Where a thing is explained stands before where it is asked for, gathered up or listed. */
const ASKS = /^exercise-/, GATHERS = /^(check-yourself|exercises|what-nnlib-gained|summary|further-reading|on-one-page)$/;
function rank({ page, anchor, title }) {
  if (page === 'reference/api') return 0.02;
  if (!page.startsWith('chapters/')) return 0.4;
  return ASKS.test(anchor) ? 0.3 : GATHERS.test(anchor) ? 0.5 : title.endsWith('★') ? 0.6 : anchor ? 1 : 1.2;
}

/** An index of entries {page, anchor, of, title, text, code}; `stem` (word) => its root. */
export class Index {
  constructor(entries, stem) {
    const stems = new Map();
    this.stem = (word) => (stems.has(word) ? stems : stems.set(word, stem(word))).get(word);
    this.entries = entries;
    this.held = new Map();                // stem → Map of entry's place → weighted count
    this.sizes = entries.map(() => 0);
    entries.forEach((entry, i) => {
      for (const [field, weight] of Object.entries(WEIGHT))
        for (const word of words(entry[field] ?? '')) this.#note(this.stem(word), i, weight);
    });
    this.usual = this.sizes.reduce((sum, size) => sum + size, 0) / Math.max(entries.length, 1);
  }

  #note(stem, i, weight) {
    if (!this.held.has(stem)) this.held.set(stem, new Map());
    const counts = this.held.get(stem);
    counts.set(i, (counts.get(i) ?? 0) + weight);
    this.sizes[i] += 1;
  }

  /** Where a word of the query stands: as it is, or, where it stands nowhere, as the beginning of others. */
  #places(word) {
    const exact = this.held.get(this.stem(word));
    if (exact || word.length < 2) return exact ?? new Map();
    const found = new Map();
    for (const [stem, counts] of this.held)
      if (stem.startsWith(word)) for (const [i, count] of counts) found.set(i, (found.get(i) ?? 0) + count);
    return found;
  }

  /** The entries that hold all words, best first. */
  search(query) {
    const asked = words(query);
    if (!asked.length) return [];
    const phrase = asked.join(' ');
    const places = asked.map((word) => this.#places(word));
    const inAll = [...places[0].keys()].filter((i) => places.every((counts) => counts.has(i)));
    const scored = inAll.map((i) => {
      const entry = this.entries[i];
      const long = LONG * (1 - LENGTH + (LENGTH * this.sizes[i]) / this.usual);
      let score = 0;
      for (const counts of places) {
        const rare = Math.log(1 + this.entries.length / counts.size);
        score += (rare * counts.get(i)) / (counts.get(i) + long);
      }
      const title = words(entry.title).join(' ');
      if (asked.length > 1 && words(entry.text).join(' ').includes(phrase)) score *= 1.3;
      if (title.includes(phrase)) score *= title.startsWith(phrase) ? 2 : 1.6;
      if (title === phrase || title.endsWith(` ${asked.at(-1)}`)) score *= 1.5;
      const code = CODE.test(query.trim());
      return [entry, score * (code && entry.page === 'reference/api' ? 3 : rank(entry))];
    });
    return scored.sort((a, b) => b[1] - a[1]).map(([entry]) => entry);
  }

  /** A piece of the entry's text around the first of the words: [[text, whether it is one of them], …]. */
  excerpt({ text, code }, query, room = 220) {
    const asked = words(query);
    const wanted = new Set(asked.map(this.stem));
    const hit = (word) => {
      const stem = this.stem(word);
      return wanted.has(stem) || asked.some((start) => start.length > 1 && !this.held.has(this.stem(start)) && stem.startsWith(start));
    };
    const hits = (of) => [...of.matchAll(PIECES)].filter(([piece]) => words(piece).some(hit));
    let [of, found] = [text, hits(text)];
    if (!found.length && code) [of, found] = [code, hits(code)];
    const first = found[0]?.index ?? 0;
    const from = first < room / 2 ? 0 : of.indexOf(' ', first - room / 3) + 1;
    const last = of.lastIndexOf(' ', from + room);
    const to = from + room >= of.length || last <= first ? Math.min(of.length, from + room) : last;
    const parts = [[from ? '… ' : '', false]];
    let at = from;
    for (const { index, 0: piece } of found) {
      if (index < from || index + piece.length > to) continue;
      parts.push([of.slice(at, index), false], [piece, true]);
      at = index + piece.length;
    }
    parts.push([of.slice(at, to) + (to < of.length ? ' …' : ''), false]);
    return parts.filter(([piece]) => piece);
  }
}

// --- the page -------------------------------------------------------------------------------------

const element = (tag, properties = {}, ...children) => {
  const node = Object.assign(document.createElement(tag), properties);
  node.append(...children);
  return node;
};

function item(index, entry, query) {
  const link = element('a', { href: `${entry.page}.html${entry.anchor && `#${entry.anchor}`}` });
  link.textContent = [entry.number, entry.title].filter(Boolean).join(' ');
  const parts = index.excerpt(entry, query).map(([text, hit]) => (hit ? element('mark', {}, text) : text));
  const where = element('span', { className: 'search-where', textContent: entry.of });
  return element('li', {}, link, ...(entry.of ? [' ', where] : []), element('p', { className: 'context' }, ...parts));
}

async function show(place, query) {
  const status = element('p', { className: 'search-summary' });
  status.setAttribute('role', 'status');
  place.replaceChildren(status);
  if (!query.trim()) return;
  status.textContent = 'Searching…';
  try {
    const answer = await fetch(place.dataset.sections);
    if (!answer.ok) throw new Error(answer.status);
    const stemmer = new window.Stemmer();
    const index = new Index(await answer.json(), (word) => stemmer.stemWord(word));
    const found = index.search(query);
    status.textContent = found.length === 0 ? `Nothing in the book holds “${query}”. Fewer or other words may.`
      : found.length === 1 ? 'One section of the book.'
      : `${found.length} sections of the book${found.length > SHOWN ? `, the first ${SHOWN} of them` : ''}.`;
    place.append(element('ul', { className: 'search' }, ...found.slice(0, SHOWN).map((entry) => item(index, entry, query))));
  } catch {
    status.textContent = 'The list of sections did not arrive. Reload this page to try again.';
  }
}

const place = globalThis.document?.getElementById('search-results');
if (place) {
  const query = new URLSearchParams(location.search).get('q') ?? '';
  for (const input of document.querySelectorAll('form.bd-search input')) input.value = query;
  show(place, query);
}
