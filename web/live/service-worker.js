// Serves the book when there is no network, and Python without asking the network again.
// Installed when a reader first runs a cell. Pages always come from the network where there is one.
// It also isolates the pages (two headers that plain hosting does not send): then Python can share memory
// with its page, and a cell be stopped without losing what the others computed.

const BOOK = 'book-pages-1';
const PYTHON = 'book-python-1';
const isPython = (url) => url.pathname.includes('/pyodide/');
const cacheOf = (url) => caches.open(isPython(url) ? PYTHON : BOOK);

self.addEventListener('install', () => self.skipWaiting());

self.addEventListener('activate', (event) => {
  const old = async () => {
    for (const name of await caches.keys()) {
      if (name.startsWith('book-') && ![BOOK, PYTHON].includes(name)) await caches.delete(name);
    }
    await self.clients.claim();
  };
  event.waitUntil(old());
});

const arriving = new Map();         // files on their way: address → when they are kept

function isolated(response) {
  if (response.type === 'opaque' || response.status === 0) return response;
  const headers = new Headers(response.headers);
  headers.set('Cross-Origin-Opener-Policy', 'same-origin');
  headers.set('Cross-Origin-Embedder-Policy', 'require-corp');
  const { status, statusText } = response;
  return new Response([204, 304].includes(status) ? null : response.body, { status, statusText, headers });
}

/** Python's files never change under their names; everything else is asked for first. */
async function answer(event) {
  const { request } = event;
  const url = new URL(request.url);
  const cache = await cacheOf(url);
  if (isPython(url)) {
    const kept = await cache.match(request);
    if (kept) return kept;
  }
  try {
    // Python past the browser's own cache: there it would be kept twice, and a fetch wait for one that hangs.
    const response = await fetch(request, isPython(url) ? { cache: 'no-store' } : {});
    if (response.status === 200) {                  // the page need not wait until it is kept
      const kept = cache.put(request, response.clone()).catch(() => {}).finally(() => arriving.delete(url.href));
      arriving.set(url.href, kept);
      event.waitUntil(kept);
    }
    return response;
  } catch (error) {
    const kept = (await cache.match(request)) ?? (await cache.match(request, { ignoreSearch: true }));
    if (kept) return kept;
    throw error;
  }
}

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  const ours = url.href.startsWith(self.registration.scope) && !url.pathname.includes('/lite/');
  if (request.method === 'GET' && ours) event.respondWith(answer(event).then(isolated));
});

/** The page names the files it used: keep what is missing, and where Python's list is among them, drop an older book's. */
async function keep(urls) {
  for (const address of urls) {
    const cache = await cacheOf(new URL(address));
    await arriving.get(address);
    if (!(await cache.match(address))) await cache.add(address);
  }
  const folder = urls.find((address) => address.includes('/pyodide-lock.json'))?.replace(/[^/]*$/, '');
  if (!folder) return;
  const changes = /\/(nnlib-[^/]*\.whl|pyodide-lock\.json[^/]*)$/;
  const python = await caches.open(PYTHON);
  for (const { url } of await python.keys()) {
    if (!url.startsWith(folder) || (changes.test(url) && !urls.includes(url))) await python.delete(url);
  }
}

self.addEventListener('message', (event) => {
  const tell = (kept) => event.ports[0].postMessage(kept);
  event.waitUntil(keep(event.data.urls).then(() => tell(true), () => tell(false)));
});
