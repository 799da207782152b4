// The bar at the foot of the page: what Python is doing, how far it is, and the buttons for the whole page.

const element = (tag, className, properties = {}) =>
  Object.assign(document.createElement(tag), { className, ...properties });

export class Bar {
  /** @param actions {text: () => void} of the page-wide buttons, in order */
  constructor(actions) {
    this.node = element('div', 'live-bar', { hidden: true });
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', 'Python in this page');
    this.text = element('span', 'live-status');
    this.text.setAttribute('role', 'status');
    this.size = element('span', 'live-size');
    this.size.setAttribute('aria-hidden', 'true');
    this.meter = element('progress', 'live-progress', { max: 1, hidden: true });
    this.meter.setAttribute('aria-label', 'Python is being fetched');
    this.offline = element('span', 'live-offline');
    this.offline.setAttribute('role', 'status');
    this.buttons = {};
    const group = element('div', 'live-tools');
    for (const [text, onclick] of Object.entries(actions)) {
      this.buttons[text] = element('button', 'live-button', { type: 'button', textContent: text, onclick });
      if (text.startsWith('■')) this.buttons[text].classList.add('live-stop');
      group.append(this.buttons[text]);
    }
    // on a phone the bar is one line: status, stop, and this button for the rest
    const more = element('button', 'live-button live-more', { type: 'button', textContent: '⋯' });
    more.setAttribute('aria-label', 'More of Python in this page');
    more.setAttribute('aria-expanded', 'false');
    more.onclick = () => more.setAttribute('aria-expanded', String(this.node.toggleAttribute('data-open')));
    group.append(more);
    this.node.append(group, this.text, this.size, this.meter, this.offline);
  }

  /** Says `text`; where it names `cell`, it leads there. A screen reader hears each change. */
  say(text, cell) {
    this.node.hidden = false;
    if (this.text.textContent === text && !cell) return;
    const name = cell?.input && `ode cell ${cell.number}`;
    const at = name ? text.indexOf(name) - 1 : -1;
    if (at < 0) return void (this.text.textContent = text);
    const link = element('a', '', { href: `#${cell.node.id}`, textContent: text.slice(at, at + name.length + 1) });
    link.onclick = (event) => {
      event.preventDefault();                        // the way there would take the focus away again
      cell.node.scrollIntoView({ block: 'center' });
      cell.run.focus({ preventScroll: true });
    };
    this.text.replaceChildren(text.slice(0, at), link, text.slice(at + name.length + 1));
  }

  /** `share` of a first start, of so many MB; undefined takes the meter away. */
  progress(share, megabytes) {
    this.meter.hidden = share === undefined;
    this.size.textContent = share === undefined ? '' : `${(share * megabytes).toFixed(1)} of ${megabytes.toFixed(1)} MB`;
    if (share !== undefined) this.meter.value = share;
  }
}
