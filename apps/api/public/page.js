/** The page behind the address that `npm start` prints: what was found, in sentences. Asks /api/v1, changes nothing. */
const POLL_MILLIS = 5000;
const byId = (id) => document.getElementById(id);

async function ask(path) {
  const response = await fetch(path, { headers: { accept: 'application/json' } });
  const body = await response.json();
  if (!response.ok) throw new Error(body.detail ?? `${response.status} ${response.statusText}`);
  return body;
}

/** Text only ever enters as text: names of services and functions come from outside. */
function element(tag, text = '', properties = {}) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(text);
  return made;
}

const clock = (instant) => new Date(instant).toLocaleTimeString();
const millis = (value) => (value === null ? '?' : `${value.toPrecision(3)} ms`);

function incidentItem(incident) {
  const item = element('li', '', { className: incident.ongoing ? 'ongoing' : '' });
  const until = incident.ongoing ? 'now' : clock(incident.window.to);
  item.append(element('div', `${incident.service}, ${clock(incident.window.from)} to ${until}`, { className: 'when' }));
  const measured = `p99 rose ${millis(incident.p99BeforeMs)} → ${millis(incident.p99DuringMs)}.`;
  item.append(element('div', incident.sentence ?? measured, { className: 'sentence' }));
  item.append(element('a', 'numbers and proof', { href: incident.rootCauseUrl }));
  return item;
}

function showIncidents({ items, services }) {
  byId('incidents').replaceChildren(...items.map(incidentItem));
  byId('quiet').hidden = items.length > 0;
  byId('quiet').textContent =
    services === 0 ? 'No requests seen yet.' : `No jump of p99 in ${services} service${services === 1 ? '' : 's'}.`;
}

function serviceRow({ service, requests, lastSeen }) {
  const row = element('tr');
  const why = element('td');
  const from = `api/v1/root-causes?service=${encodeURIComponent(service)}`;
  why.append(element('a', 'why?', { href: from }));
  row.append(
    element('td', service),
    element('td', requests.toLocaleString(), { className: 'number' }),
    element('td', clock(lastSeen)),
    why,
  );
  return row;
}

function showPipeline({ pipeline: { totals }, agents }) {
  const { ringSubmitted, ringLost, published, inserted } = totals;
  const [submitted, lost, sent, stored] = [ringSubmitted, ringLost, published, inserted].map((n) => n.toLocaleString());
  const reports = new Set(agents.map(({ agent }) => agent)).size;
  byId('pipeline').textContent =
    `${submitted} events submitted, ${lost} lost, ${sent} published, ${stored} stored; ${reports} agent${reports === 1 ? '' : 's'}.`;
}

async function refresh() {
  const [incidents, services, status] = await Promise.all([
    ask('api/v1/incidents?from=now-1h'),
    ask('api/v1/services?from=now-1h'),
    ask('api/v1/status'),
  ]);
  showIncidents(incidents);
  byId('services').replaceChildren(...services.items.map(serviceRow));
  showPipeline(status);
}

async function poll() {
  try {
    await refresh();
    byId('problem').hidden = true;
  } catch (error) {
    byId('problem').hidden = false;
    byId('problem').textContent = error.message;
  }
  setTimeout(poll, POLL_MILLIS);
}

void poll();
