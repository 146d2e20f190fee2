'use strict';

// Keeps a page in step with the pod: listens to the assistant (the sidecar, by way of the server), and reloads the
// page once the server serves another release than the one the page came from. The Welcome page of the init container
// carries this function word for word.
//
// Why it cannot loop: a reload needs the server's own word (X-Release) that something else is served now, never the
// assistant's alone; no release is reloaded for twice in a row if the page still looks old afterwards; and coming back
// to one release again and again (two servers that disagree, say) is spaced out. The memory for that is the tab's
// sessionStorage: without it nothing reloads by itself, and the page offers a link instead.
function follow({ onStatus, onLink, onServed, onHeld }) {
  const pause = ms => new Promise(done => setTimeout(done, ms));
  const memory = {
    read: () => { try { return { target: null, log: [], ...JSON.parse(sessionStorage.getItem('follow')) }; } catch { return null; } },
    write: value => { try { sessionStorage.setItem('follow', JSON.stringify(value)); return true; } catch { return false; } },
  };
  let page;           // the release this page came from; undefined until known
  let turn = 0;       // the newest errand: whoever holds an older number stops
  let wanted = null;  // the release the assistant named last
  let events = null;
  let linked = false;
  let alone = false;  // nobody answers at /backroom here, and nobody will
  let backoff = 1000;

  async function look(cache, method) {
    try {
      const response = await fetch(location.href, { method, cache });
      if (method === 'GET') await response.text();
      return response.ok
        ? { release: response.headers.get('X-Release'), modified: response.headers.get('Last-Modified') }
        : null;
    } catch {
      return null;
    }
  }

  // The browser's cache knows the headers this very page came with; the server, what it serves now. The two differ when
  // the switch fell between them, or when the page came back from history. The file's date is the second witness, for
  // a page that no cache kept. Written the way document.lastModified is: parsing that would stumble over summer time.
  async function compare() {
    const mine = await look('force-cache', 'GET');
    const now = await look('no-store', 'HEAD');
    page = (mine ?? now)?.release ?? undefined;
    if (!now?.release) return;

    const two = number => String(number).padStart(2, '0');
    const date = new Date(now.modified ?? NaN);
    const modified = `${two(date.getMonth() + 1)}/${two(date.getDate())}/${date.getFullYear()} ` +
      [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':');
    const old = page !== now.release || (now.modified && modified !== document.lastModified);
    const past = memory.read();
    if (old && past?.target !== now.release) return reload(now.release, ++turn);

    page = now.release;
    onServed(page, past?.target === page && !past.told);
    if (past) memory.write(old ? { ...past, told: true } : { target: null, log: past.log });
  }

  async function reload(release, mine) {
    const past = memory.read();
    if (!past || past.target === release) return onHeld(true);

    const log = past.log.filter(entry => Math.abs(Date.now() - entry.at) < 600_000).slice(-50);
    const same = log.filter(entry => entry.release === release);
    const due = same.length < 5 ? 0 : same.at(-1).at + Math.min(5 * 2 ** (same.length - 4), 300) * 1000 - Date.now();
    if (due > 0) {
      onHeld(true);
      await pause(due);
      if (mine === turn) chase(release);
      return;
    }
    if (memory.write({ target: release, log: [...log, { release, at: Date.now() }] })) location.reload();
    else onHeld(true);
  }

  // The assistant names a release a moment before the server has switched to it: ask until it has, ever less often.
  async function chase(release) {
    const mine = ++turn;
    onHeld(false);
    for (let ms = 100; mine === turn && release !== page; ms = Math.min(ms * 1.5, 30_000)) {
      const now = await look('no-store', 'HEAD');
      if (mine !== turn) return;
      if (now && !now.release) return onHeld(true);
      if (now?.release === release) return reload(release, mine);
      await pause(ms);
    }
  }

  function receive(text, date) {
    let status;
    try { status = JSON.parse(text); } catch { return false; }
    if (typeof status?.state !== 'string') return false;

    onStatus(status, date);
    const release = status.release?.id ?? null;
    page ??= release ?? undefined;
    if (release && release !== wanted) {
      wanted = release;
      chase(release);
    }
    return true;
  }

  function disconnect() {
    events?.close();
    events = null;
    wanted = null;
    turn++;
  }

  async function connect() {
    disconnect();
    if (alone) return;
    const mine = turn;
    let response = null;
    let text = '';
    try {
      response = await fetch('backroom/status', { cache: 'no-store' });
      text = await response.text();
    } catch {
      response = null;
    }
    if (mine !== turn) return;
    if (response?.ok && receive(text, response.headers.get('Date'))) return listen();
    alone = !linked && response !== null && response.status < 500;
    if (alone) onLink('unavailable');
    else again();
  }

  function listen() {
    events = new EventSource('backroom/events');
    events.onopen = () => {
      linked = true;
      backoff = 1000;
      onLink('live');
    };
    events.addEventListener('status', event => receive(event.data));
    // EventSource mends a broken connection by itself, but gives up on an answer such as 502.
    events.onerror = () => events?.readyState === EventSource.CLOSED ? again() : onLink('lost');
  }

  async function again() {
    disconnect();
    onLink('lost');
    const mine = turn;
    await pause(backoff);
    backoff = Math.min(backoff * 1.5, 30_000);
    if (mine === turn) connect();
  }

  async function start() {
    if (location.protocol === 'file:') return onLink('unavailable');
    onLink('connecting');
    await compare();
    // A hidden tab lets go of its connection: browsers grant only six to an origin.
    document.addEventListener('visibilitychange', () => document.hidden ? disconnect() : connect());
    if (!document.hidden) connect();
  }

  start();
}
