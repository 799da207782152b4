// Colors for Python that the reader wrote, in the classes of the book's own code, where no editor is open.

const KEYWORDS = new Set((
  'and as assert async await break class continue def del elif else except finally for from global if import in is '
  + 'lambda nonlocal not or pass raise return try while with yield'
).split(' '));
const CONSTANTS = new Set(['None', 'True', 'False']);
const TOKEN = new RegExp([
  String.raw`(?<comment>#.*)`,
  String.raw`(?<string>[rbfuRBFU]{0,2}(?:"""[^]*?(?:"""|$)|'''[^]*?(?:'''|$)|"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?))`,
  String.raw`(?<number>\b(?:0[xob][\da-fA-F_]+|\d[\d_]*\.?[\d_]*(?:[eE][+-]?\d+)?j?))`,
  String.raw`(?<word>[\p{L}_][\p{L}\p{N}_]*)`,
].join('|'), 'gu');
const CLASSES = { comment: 'c1', string: 's2', number: 'mi' };

/** `code` as [class, text] in order; the class is '' where nothing is to be colored. */
export function tokens(code) {
  const found = [];
  let at = 0;
  for (const match of code.matchAll(TOKEN)) {
    const [kind] = Object.entries(match.groups).find(([, text]) => text !== undefined);
    const name = CLASSES[kind] ?? (KEYWORDS.has(match[0]) ? 'k' : CONSTANTS.has(match[0]) ? 'kc' : '');
    if (!name) continue;
    if (match.index > at) found.push(['', code.slice(at, match.index)]);
    found.push([name, match[0]]);
    at = match.index + match[0].length;
  }
  return at < code.length ? [...found, ['', code.slice(at)]] : found;
}

/** Fills `node` with `code`, colored. */
export function paint(node, code) {
  const span = ([className, textContent]) => (className ? Object.assign(document.createElement('span'), { className, textContent }) : textContent);
  node.replaceChildren(...tokens(code).map(span));
}
