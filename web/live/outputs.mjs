// What a cell shows: text, errors, pictures, HTML and widgets, in the classes of the book's own outputs.

/** The richest form first, as in the built pages. */
const FORMS = [
  'application/vnd.jupyter.widget-view+json', 'text/html', 'image/svg+xml', 'image/png', 'image/jpeg', 'text/plain',
];

/** Appends printed text; after a carriage return the line is written anew, as by a progress bar. */
export function appendText(old, text) {
  return (old + text).replace(/[^\n]*\r(?=[^\n\r])/g, '');
}

const element = (tag, className, properties = {}) =>
  Object.assign(document.createElement(tag), { className, ...properties });

function preformatted(kind, text) {
  const box = element('div', `output ${kind} highlight-myst-ansi notranslate`);
  const pre = element('pre', '', { textContent: text, tabIndex: 0 });
  box.append(element('div', 'highlight'));
  box.firstChild.append(pre);
  return box;
}

/** An error: told at once to those who listen, its last words set apart. */
function failure(text) {
  const box = preformatted('live-error', '');
  const lines = text.split('\n');
  const last = lines.findLastIndex((line) => /^[\w.]+(:|$)/.test(line));
  box.setAttribute('role', 'alert');
  const [above, words] = last < 0 ? ['', text] : [lines.slice(0, last).join('\n'), lines.slice(last).join('\n')];
  box.querySelector('pre').append(above && `${above}\n`, element('strong', '', { textContent: words }));
  return box;
}

export class Outputs {
  /**
   * @param node the element to fill
   * @param alt () => string: what a picture shows
   * @param showWidget (id, node) => void
   */
  constructor(node, alt, showWidget) {
    Object.assign(this, { node, alt, showWidget, clearFirst: false });
  }

  clear() {
    this.node.replaceChildren();
    this.clearFirst = false;
  }

  add(message) {
    const { type } = message;
    if (type === 'clear') {
      if (message.wait) this.clearFirst = true;
      else this.clear();
      return;
    }
    if (this.clearFirst) this.clear();
    if (type === 'stream') this.#stream(message.name, message.text);
    else if (type === 'error') this.node.append(failure(message.text));
    else if (type === 'display') this.#display(message);
  }

  #stream(name, text) {
    let box = this.node.lastElementChild;
    if (box?.dataset.stream !== name) {
      box = preformatted(name === 'stderr' ? 'stderr' : 'stream', '');
      box.dataset.stream = name;
      this.node.append(box);
    }
    const pre = box.querySelector('pre');
    if (/\r/.test(text) || pre.textContent.endsWith('\r')) pre.textContent = appendText(pre.textContent, text);
    else pre.append(text);
  }

  #display({ data, id, update }) {
    const form = FORMS.find((mime) => mime in data);
    const known = id && [...this.node.children].filter((child) => child.dataset.display === id);
    if (update && known?.length) return known.forEach((old) => old.replaceWith(this.#picture(form, data, id)));
    if (form) this.node.append(this.#picture(form, data, id));      // facts for the prose have no form to show
  }

  #picture(form, data, id) {
    const value = data[form];
    let box = element('div', 'output');
    if (form === 'text/plain') box = preformatted('text_plain', value);
    else if (form === 'text/html') {
      box.className = 'output text_html';
      box.innerHTML = value;
    } else if (form.startsWith('image/')) {
      const source = form === 'image/svg+xml' ? `,${encodeURIComponent(value)}` : `;base64,${value}`;
      box.append(element('img', 'live-picture', { src: `data:${form}${source}`, alt: this.alt() }));
    } else this.showWidget(value.model_id, box);
    if (id) box.dataset.display = id;
    return box;
  }
}
