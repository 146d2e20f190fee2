'use strict';

// Shows the pod as its assistant reports it. Text from outside is set as text, never as markup.
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
    onHeld(held) {
      part('held').hidden = !held;
    },
  });

  setInterval(() => document.hidden || show(), 1000);
})();
