// Axes to draw a line into: by finger, mouse or keys. The true curve comes from the notebook; this draws
// and compares, it computes no curve.

import { make } from './dom.mjs';

export const COLUMNS = 33; // places of x at which a line has a height
const WIDE = 400, TALL = 308, LEFT = 58, RIGHT = 14, TOP = 44, BOTTOM = 46;
const STEPS = 40; // of a key press from the lowest to the highest
const LOOKS = {
  mine: { name: 'your line', stroke: '#C84E00', dash: '7 4', width: 3 },
  truth: { name: 'what came out', stroke: '#0072B2', dash: '', width: 3 },
  given: { name: '', stroke: '#565D68', dash: '', width: 2 },
};

function svg(tag, attributes = {}, ...children) {
  const node = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

/** Round numbers between low and high, about five of them. */
export function ticks(low, high) {
  const rough = (high - low) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((k) => k * power).find((s) => s >= rough * 0.999);
  const first = Math.ceil(low / step - 1e-9);
  return Array.from({ length: Math.floor(high / step + 1e-9) - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

/** The height of a curve at x, on the straight line between its neighbors. */
export function height({ x, y }, at) {
  const i = Math.max(1, x.findIndex((other) => other >= at));
  const t = (at - x[i - 1]) / (x[i] - x[i - 1]);
  return y[i - 1] + Math.min(1, Math.max(0, t)) * (y[i] - y[i - 1]);
}

/** How far a line is from the curve, on average over the axes' width, in parts of their height. */
export function distance(curve, line) {
  const [low, high] = curve.y_range;
  const off = line.map((value, i) => Math.abs(value - height(curve, place(curve, i))));
  return off.reduce((sum, value) => sum + value, 0) / line.length / (high - low);
}

function place({ x_range: [low, high] }, i) {
  return low + (i / (COLUMNS - 1)) * (high - low);
}

const minus = (text) => text.replace('-', '−');
const short = (value) => minus(String(Number(value.toPrecision(3))));

/** A place on the axis of x in words: powers of ten on a logarithmic one. */
const said = ({ x_log: log }, x) => short(log ? 10 ** x : x);

/** A drawing of the axes with the lines that are known: {given, mine, truth}, as an SVG element. */
export function drawing(curve, { mine = [], truth = false } = {}) {
  const { x_range: [x0, x1], y_range: [y0, y1] } = curve;
  const px = (x) => LEFT + ((x - x0) / (x1 - x0)) * (WIDE - LEFT - RIGHT);
  const py = (y) => TALL - BOTTOM - ((y - y0) / (y1 - y0)) * (TALL - TOP - BOTTOM);
  const text = (x, y, content, more = {}) => svg('text', { x, y, 'font-size': 13, fill: '#22262B', 'font-family': 'system-ui, sans-serif', ...more }, content);
  const node = svg('svg', { xmlns: 'http://www.w3.org/2000/svg', viewBox: `0 0 ${WIDE} ${TALL}`, width: WIDE, height: TALL });
  node.append(svg('rect', { width: WIDE, height: TALL, fill: '#FDFCF9' }));
  const marks = curve.x_log ? ticks(x0, x1).filter(Number.isInteger) : ticks(x0, x1);
  for (const x of marks) {
    node.append(svg('line', { x1: px(x), x2: px(x), y1: TOP, y2: TALL - BOTTOM, stroke: '#DDD7CB' }));
    node.append(text(px(x), TALL - BOTTOM + 17, said(curve, x), { 'text-anchor': 'middle' }));
  }
  for (const y of ticks(y0, y1)) {
    node.append(svg('line', { x1: LEFT, x2: WIDE - RIGHT, y1: py(y), y2: py(y), stroke: '#DDD7CB' }));
    node.append(text(LEFT - 6, py(y) + 4.5, short(y), { 'text-anchor': 'end' }));
  }
  node.append(
    svg('rect', { class: 'frame', x: LEFT, y: TOP, width: WIDE - LEFT - RIGHT, height: TALL - TOP - BOTTOM, fill: 'none', stroke: '#565D68' }),
    text((LEFT + WIDE - RIGHT) / 2, TALL - 9, curve.x_label, { 'text-anchor': 'middle' }),
    text(6, 15, curve.y_label),
  );
  const inside = svg('svg', { x: LEFT, y: TOP, width: WIDE - LEFT - RIGHT, height: TALL - TOP - BOTTOM, viewBox: `${LEFT} ${TOP} ${WIDE - LEFT - RIGHT} ${TALL - TOP - BOTTOM}` });
  const line = (points, { stroke, dash, width }) => {
    const d = points.map(([x, y], i) => `${i ? 'L' : 'M'}${px(x).toFixed(1)} ${py(y).toFixed(1)}`).join('');
    inside.append(svg('path', { d, fill: 'none', stroke, 'stroke-width': width, 'stroke-dasharray': dash, 'stroke-linejoin': 'round' }));
  };
  const zip = (x, y) => x.map((value, i) => [value, y[i]]);
  const known = [];
  for (const [name, y] of Object.entries(curve.given)) {
    line(zip(curve.x, y), LOOKS.given);
    known.push([name, LOOKS.given]);
  }
  if (truth) {
    line(zip(curve.x, curve.y), LOOKS.truth);
    known.push([LOOKS.truth.name, LOOKS.truth]);
  }
  const drawn = mine.map((y, i) => [place(curve, i), y]).filter(([, y]) => y !== null);
  if (drawn.length) {
    line(drawn.length > 1 ? drawn : [drawn[0], drawn[0]], { ...LOOKS.mine, 'stroke-linecap': 'round' });
    known.push([LOOKS.mine.name, LOOKS.mine]);
  }
  node.append(inside);
  const after = known.length > 1 || truth ? known : known.filter(([, look]) => look === LOOKS.given);
  let x = WIDE - RIGHT; // the key, right-aligned above the axes
  for (const [name, { stroke, dash, width }] of after.reverse()) {
    x -= name.length * 7.2 + 6;
    node.append(text(x, 35, name, { fill: stroke }));
    x -= 24;
    node.append(svg('line', { x1: x, x2: x + 20, y1: 31, y2: 31, stroke, 'stroke-width': width, 'stroke-dasharray': dash }));
    x -= 10;
  }
  return { node, px, py };
}

/** The axes as a part of a form: `element`, `value()` (heights, or null while unfinished), `reveal(line)`. */
export function axes(curve) {
  const [low, high] = curve.y_range;
  const step = (high - low) / STEPS;
  let line = Array(COLUMNS).fill(null);
  let cursor = 0;
  let open = true;
  const paper = make('div', { className: 'axes', tabIndex: 0 });
  paper.setAttribute('role', 'application');
  paper.setAttribute('aria-roledescription', 'axes to draw in');
  paper.setAttribute('aria-label', `Axes: ${curve.x_label} from ${said(curve, curve.x_range[0])} to ${said(curve, curve.x_range[1])}, `
    + `${curve.y_label} from ${short(low)} to ${short(high)}. Draw a line: the left and right arrow keys go along, `
    + 'up and down change the height there, with Shift four times as far, Home and End go to the ends.');
  const where = make('p', { className: 'where', role: 'status' });
  const clear = make('button', { type: 'button', textContent: 'Clear the line' });
  clear.addEventListener('click', () => {
    line = Array(COLUMNS).fill(null);
    where.textContent = '';
    paint();
  });
  const element = make('div', {},
    make('p', { className: 'axes-title', textContent: 'Your guess: draw the line, from the left edge to the right edge' }),
    paper, where, make('p', { className: 'axes-tools' }, clear));

  function paint(truth = false) {
    const { node, px, py } = drawing(curve, { mine: line, truth });
    node.setAttribute('aria-hidden', 'true');
    node.removeAttribute('width');
    node.removeAttribute('height');
    if (open) {
      const cross = svg('g', { class: 'cursor', fill: 'none', stroke: '#C84E00', 'stroke-width': 2.5 });
      const y = line[cursor] ?? near(cursor);
      cross.append(svg('circle', { cx: px(place(curve, cursor)), cy: py(y), r: 7 }));
      node.append(cross);
    }
    paper.replaceChildren(node);
  }

  /** The height of the nearest place that has one, else the middle. */
  function near(i) {
    const known = [...line.keys()].filter((k) => line[k] !== null).sort((a, b) => Math.abs(a - i) - Math.abs(b - i));
    return known.length ? line[known[0]] : (low + high) / 2;
  }

  const clamp = (value) => Math.min(high, Math.max(low, value));
  const round = (value) => Number(clamp(value).toPrecision(4));

  /** Heights from one place to another, on the straight line between them. */
  function stroke([i, from], [k, to]) {
    const [first, last] = [Math.min(i, k), Math.max(i, k)];
    for (let c = first; c <= last; c += 1) line[c] = round(i === k ? to : from + ((c - i) / (k - i)) * (to - from));
    cursor = k;
  }

  const at = (event) => {
    const box = paper.firstChild.getBoundingClientRect();
    const [x, y] = [((event.clientX - box.left) / box.width) * WIDE, ((event.clientY - box.top) / box.height) * TALL];
    const column = Math.round(((x - LEFT) / (WIDE - LEFT - RIGHT)) * (COLUMNS - 1));
    const value = low + ((TALL - BOTTOM - y) / (TALL - TOP - BOTTOM)) * (high - low);
    return [Math.min(COLUMNS - 1, Math.max(0, column)), clamp(value)];
  };
  let last = null;
  paper.addEventListener('pointerdown', (event) => {
    if (!open || event.button) return;
    paper.setPointerCapture(event.pointerId);
    stroke((last = at(event)), last);
    paint();
  });
  paper.addEventListener('pointermove', (event) => {
    if (!last || !open) return;
    stroke(last, (last = at(event)));
    paint();
  });
  for (const end of ['pointerup', 'pointercancel']) paper.addEventListener(end, () => (last = null));

  const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1], Home: [-COLUMNS, 0], End: [COLUMNS, 0] };
  paper.addEventListener('keydown', (event) => {
    const move = MOVES[event.key];
    if (!move || !open) return;
    event.preventDefault();
    const far = event.shiftKey ? 4 : 1;
    const from = [cursor, line[cursor] ?? near(cursor)];
    const to = Math.min(COLUMNS - 1, Math.max(0, cursor + far * move[0]));
    const jump = event.key === 'Home' || event.key === 'End';
    if (move[1]) stroke(from, [cursor, from[1] + far * step * move[1]]);
    else if (jump) cursor = to;
    else if (line[to] === null) stroke(from, [to, from[1]]); // the line goes on level
    else cursor = to;
    where.textContent = `${curve.x_label} ${said(curve, place(curve, cursor))}: ${short(line[cursor] ?? near(cursor))}${line[cursor] === null ? ', nothing drawn' : ''}`;
    paint();
  });

  paint();
  return {
    element,
    value() {
      const drawn = [...line.keys()].filter((i) => line[i] !== null);
      if (!drawn.length || drawn[0] > 1 || drawn.at(-1) < COLUMNS - 2) return null;
      return line.map((value, i) => value ?? round(between(line, i)));
    },
    reveal(mine) {
      open = false;
      line = mine ?? line.map(() => null);
      paper.removeAttribute('tabindex');
      paper.setAttribute('role', 'img');
      paper.setAttribute('aria-label', mine ? `Your line, ${percent(distance(curve, mine))} of the height from the curve on average, beside what came out.` : 'What came out.');
      paper.removeAttribute('aria-roledescription');
      element.firstChild.hidden = clear.hidden = true;
      where.textContent = '';
      paint(true);
    },
  };
}

/** The height on the straight line between the nearest drawn neighbors, or that of the only one. */
function between(line, i) {
  let [a, b] = [i, i];
  while (a >= 0 && line[a] === null) a -= 1;
  while (b < line.length && line[b] === null) b += 1;
  if (a < 0) return line[b];
  if (b === line.length) return line[a];
  return line[a] + ((i - a) / (b - a)) * (line[b] - line[a]);
}

export function percent(part) {
  return `${(100 * part).toFixed(0)}%`;
}
