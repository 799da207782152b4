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

/** Has all files that this page used kept; true when none is missing. */
export async function keepForOffline(files) {
  if (!navigator.serviceWorker) return false;
  const { active } = await navigator.serviceWorker.ready;
  const own = (url) => new URL(url).origin === location.origin;
  const used = performance.getEntriesByType('resource').map(({ name }) => name);
  const urls = [...new Set([location.href.split('#')[0], ...used, ...files].filter(own))];
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => resolve(data);
    active.postMessage({ urls }, [port2]);
  });
}
