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
      group.append(this.buttons[text]);
    }
    this.node.append(group, this.text, this.size, this.meter, this.offline);
  }

  say(text) {
    this.node.hidden = false;
    if (this.text.textContent !== text) this.text.textContent = text;      // a screen reader hears each change
  }

  /** `share` of a first start, of so many MB; undefined takes the meter away. */
  progress(share, megabytes) {
    this.meter.hidden = share === undefined;
    this.size.textContent = share === undefined ? '' : `${(share * megabytes).toFixed(1)} of ${megabytes.toFixed(1)} MB`;
    if (share !== undefined) this.meter.value = share;
  }
}
