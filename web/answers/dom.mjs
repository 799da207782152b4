// Elements in one line, and a number for each group of radio buttons.

let groups = 0;

export function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

/** Radio buttons in a group of their own: [value, label]s; an element to show and its value. */
export function choices(legend, options, label = (text) => text) {
  const name = `choice-${++groups}`;
  const field = make('fieldset', {}, make('legend', { textContent: legend }));
  for (const [value, text] of options) {
    field.append(make('label', {}, make('input', { type: 'radio', name, value }), label(text)));
  }
  return { field, value: () => field.querySelector('input:checked')?.value };
}
