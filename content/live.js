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
    if (!past || past.target === release) return onHeld();

    const log = past.log.filter(entry => Math.abs(Date.now() - entry.at) < 600_000).slice(-50);
    const same = log.filter(entry => entry.release === release);
    const due = same.length < 3 ? 0 : same.at(-1).at + Math.min(5 * 2 ** (same.length - 2), 300) * 1000 - Date.now();
    if (due > 0) {
      onHeld();
      await pause(due);
      if (mine === turn) chase(release);
      return;
    }
    if (memory.write({ target: release, log: [...log, { release, at: Date.now() }] })) location.reload();
    else onHeld();
  }

  // The assistant names a release a moment before the server has switched to it: ask until it has, ever less often.
  async function chase(release) {
    const mine = ++turn;
    for (let ms = 100; mine === turn && release !== page; ms = Math.min(ms * 1.5, 30_000)) {
      const now = await look('no-store', 'HEAD');
      if (mine !== turn) return;
      if (now && !now.release) return onHeld();
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

(() => {
  const part = name => document.querySelector(`[data-live="${name}"]`);
  const panel = part('panel');
  const names = {
    init: ['Setup crew', 'init container'],
    other: ['Assistant', 'sidecar'],
  };
  let skew = 0;  // the pod's clock minus this one's, in milliseconds
  let last = null;

  const by = release => names[release.source?.kind === 'init' ? 'init' : 'other'];
  const short = id => id.slice(0, 8);
  const say = (name, text) => {
    const element = part(name);
    if (element.textContent !== text) element.textContent = text;
    element.hidden = false;
  };
  const count = (number, one) => `${number} ${one}${number === 1 ? '' : 's'}`;
  const clock = at => new Date(at).toLocaleTimeString('en-GB');

  function ago(at) {
    const seconds = Math.max(0, Math.round((Date.now() + skew - Date.parse(at)) / 1000));
    if (seconds < 2) return 'just now';
    if (seconds < 120) return `${seconds} s ago`;
    if (seconds < 7200) return `${Math.round(seconds / 60)} min ago`;
    if (seconds < 172_800) return `${Math.round(seconds / 3600)} h ago`;
    return `on ${new Date(at).toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year: 'numeric' })}`;
  }

  function every(interval) {
    const [, days, hours, minutes, seconds] = /^(?:(\d+)\.)?(\d+):(\d+):(\d+(?:\.\d+)?)$/.exec(interval) ?? [];
    const units = [[days, 'd'], [hours, 'h'], [minutes, 'min'], [seconds, 's']];
    return units.filter(([value]) => Number(value) > 0).map(([value, unit]) => `${Number(value)} ${unit}`).join(' ');
  }

  function size(bytes) {
    if (bytes < 1024) return count(bytes, 'byte');
    const power = Math.min(Math.floor(Math.log(bytes) / Math.log(1024)), 4);
    return `${(bytes / 1024 ** power).toFixed(1)} ${['', 'KiB', 'MiB', 'GiB', 'TiB'][power]}`;
  }

  function showAssistant({ state, interval, lastSuccessAt, consecutiveFailures, pinned }) {
    part('state').dataset.state = state;
    say('state', state);
    const seen = lastSuccessAt ? `Last good look: ${ago(lastSuccessAt)}.` : 'No good look yet.';
    const text = {
      starting: 'Just came in, and is about to take the first look.',
      synced: `Looks for updates every ${every(interval) || interval}. ${seen}`,
      failing: `The source has not answered well ${count(consecutiveFailures, 'time')} in a row. What is on the wall stays. ${seen}`,
      pinned: `Was told to leave release ${short(pinned ?? '')} on the wall, and does.`,
      standby: 'Another assistant has the key to the locker. Waits, ready to take over.',
    }[state];
    say('sidecar', text ?? `Reports: ${state}.`);
  }

  function showRelease(release, retained) {
    if (!release) {
      say('locker', 'Still empty.');
      part('facts').hidden = true;
      return;
    }
    const [who, role] = by(release);
    const at = release.currentSince ?? release.createdAt;
    part('locker').hidden = true;
    part('facts').hidden = false;
    say('release-id', release.id);
    part('release-by').dataset.by = role === 'sidecar' ? 'sidecar' : 'init';
    say('release-by', `${who} (${role})`);
    say('release-at', ago(at));
    part('release-at').dateTime = at;
    part('release-at').title = `${new Date(at).toLocaleString('en-GB')}; made ${new Date(release.createdAt).toLocaleString('en-GB')}`;
    say('release-size', `${count(release.files, 'file')}, ${size(release.bytes)}`);
    const { uri, revision } = release.source ?? {};
    say('release-source', [uri, revision && revision !== uri ? `@ ${revision.slice(0, 40)}` : ''].filter(Boolean).join(' ') || 'not told');
    say('retained', retained?.length ? retained.map(old => short(old.id)).join(', ') : 'nothing yet');
  }

  // The assistant tells of its last twenty looks: at one a second the news is soon gone. The tab remembers it for longer.
  function withNews(syncs) {
    let news = [];
    try { news = JSON.parse(sessionStorage.getItem('news')) ?? []; } catch { /* no memory, then */ }
    const told = new Set(syncs.map(sync => sync.at));
    const since = Date.now() + skew - 3_600_000;
    const all = [...syncs, ...news.filter(sync => !told.has(sync.at) && Date.parse(sync.at) > since)]
      .sort((one, other) => Date.parse(other.at) - Date.parse(one.at));
    news = all.filter(sync => sync.result === 'published').slice(0, 8);
    try { sessionStorage.setItem('news', JSON.stringify(news)); } catch { /* no memory, then */ }
    return all;
  }

  // One line an event; looks with the same outcome fold into one.
  function showSyncs(syncs) {
    const lines = [];
    for (const sync of withNews(syncs ?? [])) {
      const previous = lines.at(-1);
      if (previous && sync.result !== 'published' && previous.result === sync.result && previous.error === sync.error) {
        previous.first = sync.at;
        previous.times++;
      } else {
        lines.push({ ...sync, first: sync.at, times: 1 });
      }
    }
    part('log').hidden = lines.length === 0;
    part('syncs').replaceChildren(...lines.map(line => {
      const times = line.times > 1 ? `, ${line.times} times` : '';
      const item = document.createElement('li');
      item.dataset.result = line.result;
      const text = {
        published: `Published release ${short(line.release ?? '')}`,
        unchanged: `Nothing new${times}`,
        pinned: `Pinned: left as it is${times}`,
        rejected: `Refused${times}: ${line.error ?? 'no reason given'}`,
        failed: `Failed${times}: ${line.error ?? 'no reason given'}`,
      }[line.result] ?? line.result;
      const when = line.times > 1 ? `${clock(line.first)} – ${clock(line.at)}` : clock(line.at);
      const took = line.durationMs < 1000 ? `${Math.round(line.durationMs)} ms` : `${(line.durationMs / 1000).toFixed(1)} s`;
      for (const [name, value] of Object.entries({ when, what: text, took })) {
        const cell = document.createElement(name === 'when' ? 'time' : 'span');
        if (name === 'when') cell.dateTime = line.at;
        cell.className = name;
        cell.textContent = value;
        item.append(cell, ' ');
      }
      return item;
    }));
  }

  function show() {
    if (!last) return;
    showAssistant(last);
    showRelease(last.release, last.retained);
  }

  follow({
    onStatus(status, date) {
      // A Date header has whole seconds: a smaller difference than two is none.
      if (date) {
        const difference = Date.parse(date) - Date.now();
        skew = Math.abs(difference) > 2000 ? difference : 0;
      }
      last = status;
      show();
      showSyncs(status.syncs);
      say('init', status.release?.source?.kind === 'init'
        ? 'Painted the ‘Welcome’ that is on the wall now, and left.'
        : 'Painted ‘Welcome’ before anyone else came in, then left.');
    },
    onLink(link) {
      panel.dataset.link = link;
      say('link', {
        connecting: 'Connecting to the assistant …',
        live: 'Live: straight from the assistant.',
        lost: 'Connection to the assistant lost, retrying.',
        unavailable: 'Live view is not available.',
      }[link]);
    },
    onServed(release, updated) {
      part('served').hidden = false;
      say('served-id', release);
      if (!updated) return;
      panel.classList.add('fresh');
      say('announcement', `A new release is on the wall: ${short(release)}.`);
    },
    onHeld() {
      part('held').hidden = false;
    },
  });

  setInterval(() => document.hidden || show(), 1000);
})();
