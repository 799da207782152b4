// First script of each page in the copy that is opened from a folder (tools/folder.py): there a browser lets no
// script read a file. What the pages' scripts ask for stands in _static/files/ as scripts, too, which may be loaded.
if (location.protocol === 'file:') {
  const root = new URL('..', document.currentScript.src).href;
  const fromServer = window.fetch;
  const arrivals = new Map(); // name of a file → what to do with its text
  const files = new Map(); // name of a file → promise of its text

  window.bookFile = (name, text) => arrivals.get(name)(text);

  const load = (name) =>
    new Promise((resolve, reject) => {
      arrivals.set(name, resolve);
      const script = document.createElement('script');
      script.src = `${root}_static/files/${name}.js`;
      script.onerror = () => reject(new TypeError(`${name} is not in this copy of the book.`));
      document.head.append(script);
    });

  window.fetch = async (address, options) => {
    const { href } = new URL(address.url ?? address, location.href);
    if (!href.startsWith(root)) return fromServer(address, options);
    const name = decodeURIComponent(href.slice(root.length).replace(/[?#].*/, ''));
    if (!files.has(name)) files.set(name, load(name));
    return new Response(await files.get(name));
  };
}
