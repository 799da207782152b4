// Keeps the page and its Python for the next visit, which then needs no network.

const PATIENCE = 3000;              // ms: without a service worker Python starts as well

/**
 * Installs the service worker, where browsers allow one (not with plain http, nor in some private
 * windows). It is waited for, so that Python's files pass through it and are fetched only once.
 */
export function startServiceWorker(root) {
  const { serviceWorker } = navigator;
  if (!serviceWorker || serviceWorker.controller) return null;
  const controls = new Promise((resolve) => serviceWorker.addEventListener('controllerchange', resolve, { once: true }));
  const registered = serviceWorker.register(new URL('service-worker.js', root));
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE));
  return Promise.race([late, registered.then(() => controls, () => null)]);
}

/** All addresses that this page used so far, and `files`. */
export function used(files) {
  const own = (url) => new URL(url).origin === location.origin;
  const names = performance.getEntriesByType('resource').map(({ name }) => name);
  return [...new Set([location.href.split('#')[0], ...names, ...files].filter(own))];
}

/** The files of the book, with those of Python that only some pages ask for: {urls, bytes, kept}; `kept` when all are here. */
export async function wholeBook(root) {
  const answer = await fetch(new URL('offline.json', root));
  if (!answer.ok || !window.caches) throw new Error('this site has no list of its files');
  const { files, bytes } = await answer.json();
  const urls = files.map((file) => new URL(file, root).href);
  const here = new Set();
  for (const name of await caches.keys()) {
    if (name.startsWith('book-')) for (const { url } of await (await caches.open(name)).keys()) here.add(url.split('?')[0]);
  }
  return { urls, bytes, kept: urls.every((url) => here.has(url)) };
}

/** Has these files kept; true when none is missing. */
export async function keepForOffline(urls) {
  if (!navigator.serviceWorker) return false;
  const { active } = await navigator.serviceWorker.ready;
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => resolve(data);
    active.postMessage({ urls }, [port2]);
  });
}
