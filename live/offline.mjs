// Keeps the page and its Python for the next visit, which then needs no network.

/** Installs the service worker; null where browsers do not allow one (plain http, some private windows). */
export async function startServiceWorker(root) {
  const { serviceWorker } = navigator;
  if (!serviceWorker) return null;
  try {
    const controlled = new Promise((resolve) => {
      if (serviceWorker.controller) resolve();
      else serviceWorker.addEventListener('controllerchange', resolve, { once: true });
    });
    await serviceWorker.register(new URL('service-worker.js', root));
    await Promise.race([controlled, new Promise((resolve) => setTimeout(resolve, 3000))]);
    return serviceWorker.controller;
  } catch {
    return null;
  }
}

/** Has all files that this page used kept; true when none is missing. */
export function keepForOffline(controller, files) {
  const own = (url) => new URL(url).origin === location.origin;
  const used = performance.getEntriesByType('resource').map(({ name }) => name);
  const urls = [...new Set([location.href.split('#')[0], ...used, ...files].filter(own))];
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => resolve(data);
    controller.postMessage({ urls }, [port2]);
  });
}
