// Serves the book when there is no network, and Python without asking the network again.
// Installed when a reader first runs a cell. Pages always come from the network where there is one.

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

/** Python's files never change under their names; everything else is asked for first. */
async function answer(request) {
  const url = new URL(request.url);
  const cache = await cacheOf(url);
  if (isPython(url)) {
    const kept = await cache.match(request);
    if (kept) return kept;
  }
  try {
    const response = await fetch(request);
    if (response.status === 200) await cache.put(request, response.clone());
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
  if (request.method === 'GET' && ours) event.respondWith(answer(request));
});

/** The page names the files it used: keep what is missing, drop Python's files of an older book. */
async function keep(urls) {
  for (const address of urls) {
    const cache = await cacheOf(new URL(address));
    if (!(await cache.match(address))) await cache.add(address);
  }
  const folder = urls.find((address) => address.includes('/pyodide/')).replace(/[^/]*$/, '');
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
