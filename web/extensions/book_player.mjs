// Interactive figures of a page: its controls choose among the frames that nnlib computed.
// At a stop stands exactly the stored frame. While a control moves from stop to stop, the drawing is
// blended from the two frames beside it; nothing here knows what it shows or computes it anew.

const VALUE = /#[0-9a-f]{6}\b|-?\d+(?:\.\d+)?(?:e-?\d+)?/g;
const values = (text) => text.match(VALUE) ?? [];
const skeleton = (text) => text.replace(VALUE, (found) => (found[0] === '#' ? '#' : '0'));
const between = (a, b, t) => Math.round((a + (b - a) * t) * 100) / 100;
const channels = (color) => [1, 3, 5].map((i) => parseInt(color.slice(i, i + 2), 16));
const color = (a, b, t) =>
  '#' + channels(a).map((c, i) => Math.round(c + (channels(b)[i] - c) * t).toString(16).padStart(2, '0')).join('');

/** A function of t from 0 to 1 that leads from one text to the other, number by number; or null. */
export function blend(a, b) {
  if (a === b) return () => a;
  if (skeleton(a) !== skeleton(b)) return null;
  const [from, to] = [values(a), values(b)];
  return (t) => {
    let i = 0;
    return a.replace(VALUE, () => {
      const [x, y] = [from[i], to[i++]];
      return x === y ? x : x[0] === '#' ? color(x, y, t) : between(+x, +y, t);
    });
  };
}

const points = (d) => {
  const xy = values(d).map(Number);
  return xy.filter((_, i) => i % 2 === 0).map((x, i) => [x, xy[2 * i + 1]]);
};
const rising = (line) => line.every(([x], i) => !i || x > line[i - 1][0]);

/** The line's height at x; beyond its ends there is none. */
function height(line, x) {
  if (x < line[0][0] || x > line.at(-1)[0]) return null;
  const k = line.findIndex((point) => point[0] >= x);
  if (k === 0) return line[0][1];
  const [[x0, y0], [x1, y1]] = [line[k - 1], line[k]];
  return y0 + ((y1 - y0) * (x - x0)) / (x1 - x0);
}

/** Where each point lies along the line, from 0 to 1. */
function along(line) {
  const parts = line.map(([x, y], i) => (i ? Math.hypot(x - line[i - 1][0], y - line[i - 1][1]) : 0));
  let sum = 0;
  const sums = parts.map((part) => (sum += part));
  return sums.map((s, i) => (sum ? s / sum : i / (line.length - 1)));
}

const merged = (a, b) => [...new Set([...a, ...b])].sort((x, y) => x - y);
const written = (line) => 'M' + line.map(([x, y]) => `${between(x, x, 0)} ${between(y, y, 0)}`).join('L');

/** The same for the paths of two lines, which may have other numbers of points. */
export function blendPaths(a, b) {
  const direct = blend(a, b);
  if (direct) return direct;
  if (![a, b].every((d) => /^M[^A-KM-Za-z]*L[^A-KM-Za-z]*$/.test(d))) return null;
  const [from, to] = [points(a), points(b)];
  if (rising(from) && rising(to)) {
    // Curves over the same axis: heights at the same places; one that reaches farther grows there.
    const xs = merged(from.map(([x]) => x), to.map(([x]) => x));
    const rows = xs.map((x) => [x, height(from, x), height(to, x)]);
    if (rows.every(([, y, z]) => y !== null || z !== null)) {
      const ends = [from[0][0], to[0][0], from.at(-1)[0], to.at(-1)[0]];
      const at = (x, t) => {
        const [y, z] = [height(from, x), height(to, x)];
        return y === null ? z : z === null ? y : y + (z - y) * t;
      };
      return (t) => {
        const [low, high] = [ends[0] + (ends[1] - ends[0]) * t, ends[2] + (ends[3] - ends[2]) * t];
        const inside = [low, ...xs.filter((x) => x > low && x < high), high];
        return written(inside.map((x) => [x, at(x, t)]));
      };
    }
  }
  const [s, r] = [along(from), along(to)];
  const place = (line, where, u) => {
    const k = Math.max(1, where.findIndex((v) => v >= u - 1e-12));
    const part = where[k] === where[k - 1] ? 0 : (u - where[k - 1]) / (where[k] - where[k - 1]);
    return [0, 1].map((i) => line[k - 1][i] + (line[k][i] - line[k - 1][i]) * part);
  };
  const pairs = merged(s, r).map((u) => [place(from, s, u), place(to, r, u)]);
  return (t) => written(pairs.map(([p, q]) => p.map((v, i) => v + (q[i] - v) * t)));
}

/** Pairs of equal keys, in order in both lists and as many as there can be; others stand alone. */
export function align(a, b) {
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a.at(-1 - tail) === b.at(-1 - tail)) tail++;
  const [n, m] = [a.length - head - tail, b.length - head - tail];
  const rows = Array.from({ length: n + 1 }, () => new Uint16Array(m + 1));
  for (let i = n - 1; i >= 0; i--)
    for (let j = m - 1; j >= 0; j--)
      rows[i][j] = a[head + i] === b[head + j] ? rows[i + 1][j + 1] + 1 : Math.max(rows[i + 1][j], rows[i][j + 1]);
  const pairs = Array.from({ length: head }, (_, i) => [i, i]);
  for (let i = 0, j = 0; i < n || j < m; ) {
    if (i < n && j < m && a[head + i] === b[head + j]) pairs.push([head + i++, head + j++]);
    else if (j >= m || (i < n && rows[i + 1][j] >= rows[i][j + 1])) pairs.push([head + i++, null]);
    else pairs.push([null, head + j++]);
  }
  for (let i = tail; i > 0; i--) pairs.push([a.length - i, b.length - i]);
  return pairs;
}

// --- drawings -------------------------------------------------------------------------------------

const FIXED = ['href', 'clip-path', 'class', 'id'];
const isText = (node) => node.tagName === 'g' && node.children.length > 0 && [...node.children].every((part) => part.tagName === 'use');
const key = (node) =>
  [node.tagName, (node.getAttribute('style') ?? '').replace(VALUE, (found) => (found[0] === '#' ? found : '0')),
    ...FIXED.map((name) => (node.getAttribute(name) ?? '').slice(0, 200)),
    isText(node) ? [...node.children].map((part) => part.getAttribute('href')).join() : ''].join('|');

/** Two drawings as one that can be set to any place between them. */
class Blend {
  constructor(from, to) {
    this.changes = [];
    this.svg = this.#pair(from, to) ?? from.cloneNode(true);
  }

  set(t) {
    for (const [node, name, at] of this.changes) node.setAttribute(name, at(t));
  }

  #pair(a, b) {
    const node = a.cloneNode(false);
    const found = [];
    for (const { name } of [...a.attributes, ...b.attributes]) {
      const [x, y] = [a.getAttribute(name), b.getAttribute(name)];
      if (x === y || name === 'aria-label') continue;
      const at = x === null || y === null || FIXED.includes(name) ? null : name === 'd' ? blendPaths(x, y) : blend(x, y);
      if (!at) return null;
      found.push([node, name, at]);
    }
    const parts = [];
    const [mine, others] = [[...a.children], [...b.children]];
    for (const [i, j] of align(mine.map(key), others.map(key))) {
      const both = i !== null && j !== null && this.#pair(mine[i], others[j]);
      if (both) parts.push(both);
      else {
        if (i !== null) parts.push(this.#faded(mine[i], false));
        if (j !== null) parts.push(this.#faded(others[j], true));
      }
    }
    node.append(...parts);
    this.changes.push(...found);
    return node;
  }

  /** Letters give way before others come, so that none are read across each other. */
  #faded(part, comes) {
    const node = svgElement('g', {});
    node.append(part.cloneNode(true));
    const soft = isText(part) ? (t) => Math.max(0, 2 * t - 1) : (t) => t;
    this.changes.push([node, 'opacity', (t) => (comes ? soft(t) : part.tagName === 'image' ? 1 : soft(1 - t)).toFixed(3)]);
    return node;
  }
}

const SVG = 'http://www.w3.org/2000/svg';
const svgElement = (name, attributes) => {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  return node;
};
const narrow = globalThis.matchMedia?.('(max-width: 600px)');
const still = globalThis.matchMedia?.('(prefers-reduced-motion: reduce)');

export class Player {
  constructor(figure) {
    this.figure = figure;
    this.place = figure.querySelector('.nnlib-frames');
    this.status = figure.querySelector('.figure-status');
    this.rows = [...figure.querySelectorAll('[data-control]')];
    this.stored = figure.querySelector('script[type="application/json"]').textContent;
    this.blends = new Map();
    this.drawings = new Map();
    const { controls } = this.data;
    this.at = controls.map((control) => control.start);
    this.shown = this.frame();
    controls.forEach((control, k) => this.#wire(control, k, this.rows[k]));
    narrow.addEventListener('change', () => this.show());
    if (narrow.matches) this.show();
    figure.classList.add('is-live');
  }

  get data() {
    return (this.parsed ??= JSON.parse(this.stored));
  }

  /** The place of the frame at which the controls stand, or would stand with one of them moved. */
  frame(moved = -1, step = 0) {
    return this.data.controls.reduce((place, { texts }, k) => place * texts.length + (k === moved ? step : this.at[k]), 0);
  }

  #wire(control, k, row) {
    if (control.kind === 'choice') {
      this.buttons(row).forEach((button, step) => (button.onclick = () => this.choose(k, step)));
      return;
    }
    const input = this.input(k);
    const last = control.texts.length - 1;
    input.oninput = () => this.#drag(k, Number(input.value));
    input.onchange = () => this.go(k, this.#nearest(control, Number(input.value)));
    input.onkeydown = (event) => {
      const at = this.at[k];
      const to = { ArrowLeft: at - 1, ArrowDown: at - 1, ArrowRight: at + 1, ArrowUp: at + 1, Home: 0, End: last,
        PageDown: at - Math.ceil(last / 5), PageUp: at + Math.ceil(last / 5) }[event.key];
      if (to === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
      event.preventDefault();
      this.go(k, Math.min(Math.max(to, 0), last));
    };
    if (control.kind !== 'play') return;
    const [start, back, play, forward] = this.buttons(row);
    start.onclick = () => this.go(k, 0);
    back.onclick = () => this.go(k, Math.max(this.at[k] - 1, 0));
    forward.onclick = () => this.go(k, Math.min(this.at[k] + 1, last));
    play.onclick = () => (this.playing ? this.pause() : this.play(k, play));
  }

  input = (k) => this.rows[k].querySelector('input');
  buttons = (row) => [...row.querySelectorAll('button')];

  #nearest({ positions }, where) {
    return positions.reduce((best, p, i) => (Math.abs(p - where) < Math.abs(positions[best] - where) ? i : best), 0);
  }

  // --- moving

  /** Follow the finger: show what lies at `where` on the track, and say between which stops. */
  #drag(k, where) {
    this.pause();
    cancelAnimationFrame(this.gliding);
    const step = this.#nearest(this.data.controls[k], where);
    this.#tell(k, where);
    this.#draw(k, where);
    this.at[k] = step;
  }

  /** Move a control to a stop; the picture glides there, unless the reader wants none to move. */
  go(k, step, { time = 180, quiet = false } = {}) {
    if (!quiet) this.pause();
    cancelAnimationFrame(this.gliding);
    const { positions } = this.data.controls[k];
    const [from, to, began] = [this.where?.[0] === k ? this.where[1] : positions[this.at[k]], positions[step], performance.now()];
    this.at[k] = step;
    this.#tell(k, to);
    const move = (now) => {
      const part = Math.min(1, Math.max(0, (now - began) / time));
      if (part === 1) return this.#settle(k, quiet);
      const where = from + (to - from) * part * (2 - part);
      this.input(k).value = where;
      this.#draw(k, where);
      this.gliding = requestAnimationFrame(move);
    };
    if (still.matches || from === to) this.#settle(k, quiet);
    else this.gliding = requestAnimationFrame(move);
  }

  choose(k, step) {
    this.pause();
    cancelAnimationFrame(this.gliding);
    this.at[k] = step;
    this.buttons(this.rows[k]).forEach((button, i) => button.setAttribute('aria-pressed', i === step));
    this.show();
    this.#say();
  }

  play(k, button) {
    const { interval, texts } = this.data.controls[k];
    this.playing = button;
    button.dataset.icon = 'pause';
    button.setAttribute('aria-label', 'Pause');
    const next = () => {
      const step = this.at[k] + 1;
      this.go(k, step, { time: Math.min(0.7 * interval, 350), quiet: true });
      if (step < texts.length - 1) this.timer = setTimeout(next, interval);
      else this.pause(false);
    };
    if (this.at[k] === texts.length - 1) {
      this.go(k, 0, { time: 0, quiet: true });
      this.timer = setTimeout(next, interval);
    } else next();
  }

  pause() {
    clearTimeout(this.timer);
    if (!this.playing) return;
    this.playing.dataset.icon = 'play';
    this.playing.setAttribute('aria-label', 'Play');
    this.playing = null;
  }

  #settle(k, quiet) {
    this.where = null;
    this.input(k).value = this.data.controls[k].positions[this.at[k]];
    this.show();
    if (!quiet || !this.playing) this.#say();
  }

  // --- what is seen and heard

  #tell(k, where) {
    const { positions, texts } = this.data.controls[k];
    const i = positions.findIndex((p) => p >= where - 1e-9);
    const exact = Math.abs(positions[i] - where) < 1e-9;
    this.rows[k].querySelector('output').textContent = exact ? texts[i] : `${texts[i - 1]} … ${texts[i]}`;
    this.input(k).setAttribute('aria-valuetext', exact ? texts[i] : `between ${texts[i - 1]} and ${texts[i]}`);
  }

  #say() {
    this.status.textContent = this.data.frames[this.frame()].alt;
  }

  /** Show the frame that was computed for the controls as they stand, as it is stored. */
  show() {
    this.shown = this.frame();
    this.place.innerHTML = this.data.frames[this.shown].svg;
    this.#stack(this.place.firstElementChild);
  }

  #draw(k, where) {
    const { positions } = this.data.controls[k];
    this.where = [k, where];
    const i = positions.findIndex((p) => p >= where - 1e-9);
    const stop = Math.abs(positions[i] - where) < 1e-9;
    const pair = stop ? [i, i] : [i - 1, i];
    const [a, b] = pair.map((step) => this.frame(k, step));
    const name = `${a} ${b}`;
    if (!this.blends.has(name)) {
      if (this.blends.size > 30) this.blends.clear();
      const drawing = new Blend(this.#whole(a), this.#whole(b));
      drawing.svg.setAttribute('aria-label', `Drawn between two computed pictures: ${this.data.frames[a].alt} ${this.data.frames[b].alt}`);
      this.#stack(drawing.svg);
      this.blends.set(name, drawing);
    }
    const drawing = this.blends.get(name);
    drawing.set(stop ? 0 : (where - positions[i - 1]) / (positions[i] - positions[i - 1]));
    if (this.place.firstElementChild !== drawing.svg) this.place.replaceChildren(drawing.svg);
  }

  /** A frame with the shapes that it shares put in their places. */
  #whole(i) {
    if (!this.drawings.has(i)) {
      const template = document.createElement('template');
      template.innerHTML = this.data.frames[i].svg;
      for (let shared; (shared = [...template.content.querySelectorAll('use')].filter((use) => use.attributes.length === 1)).length; ) {
        for (const use of shared) {
          const shape = this.figure.querySelector(use.getAttribute('href')).cloneNode(true);
          shape.removeAttribute('id');
          use.replaceWith(...(shape.tagName === 'g' && !shape.attributes.length ? shape.children : [shape]));
        }
      }
      if (this.drawings.size > 60) this.drawings.clear();
      this.drawings.set(i, template.content.firstElementChild);
    }
    return this.drawings.get(i);
  }

  /** On a phone, the columns of a drawing stand one below the other: windows on the one drawing. */
  #stack(svg) {
    const { cuts } = this.data;
    if (!cuts.length || !narrow.matches) return;
    const [, , width, height] = svg.getAttribute('viewBox').split(' ').map(Number);
    const edges = [0, ...cuts, 1].map((cut) => cut * width);
    const id = `${this.figure.dataset.figure}-drawing`;
    const drawing = svgElement('g', { id });
    drawing.append(...svg.childNodes);
    const widest = Math.max(...edges.slice(1).map((right, i) => right - edges[i]));
    edges.slice(1).forEach((right, i) => {
      const column = right - edges[i]; // at the right edge, where axes of one width end alike
      const view = svgElement('svg', { x: widest - column, y: i * height, width: column, height, viewBox: `${edges[i]} 0 ${column} ${height}` });
      view.append(i ? svgElement('use', { href: `#${id}` }) : drawing);
      svg.append(view);
    });
    svg.setAttribute('viewBox', `0 0 ${widest} ${height * (edges.length - 1)}`);
  }
}

if (globalThis.document) for (const figure of document.querySelectorAll('.interactive-figure[data-figure]')) new Player(figure);
