/** What runs where, and the two wishes that change it. Agents follow within seconds; `probes` shows what they did. */
import { type AgentReportJson, DEFAULT_PROBE_TTL_SECONDS, probesAnswer, statusAnswer } from '@mapscope/contract';
import { positionals, textOption } from '@mapscope/events';
import { type World, command } from '../core/command.ts';
import { spanSeconds } from '../words/moments.ts';
import { count, duration } from '../words/numbers.ts';
import { type Column, table } from '../words/table.ts';

const SERVICE = positionals({ name: 'service', describe: 'service.name', min: 1, max: 1 });

export const probes = command({
  describe: 'what is attached where, since when, and whether anything was lost',
  usage: '[SERVICE]',
  example: 'mapscope probes order',
  options: { service: positionals({ name: 'service', describe: 'service.name; all when not given', max: 1 }) },
  run: async ({ service: [service], json }, { api, out }) => {
    const { agents } = await api.get('/api/v1/status', {}, statusAnswer);
    const shown = agents.filter((agent) => service === undefined || agent.service === service);
    out(json ? JSON.stringify({ agents: shown }) : probesTable(shown));
    return 0;
  },
});

const COLUMNS: readonly Column[] = [
  { title: 'SERVICE' },
  { title: 'PID', right: true },
  { title: 'EVENTS' },
  { title: 'STATE' },
  { title: 'PROBES', right: true },
  { title: 'ATTACHED IN', right: true },
  { title: 'SEEN', right: true },
  { title: 'LOST', right: true },
  { title: 'OFF FOR COST', right: true },
  { title: 'REPORTED AT' },
  { title: 'AGENT' },
];

export function probesTable(agents: readonly AgentReportJson[]): string {
  if (agents.length === 0) return 'no agent has reported: start one with "mapscope agent --target service=NAME"';
  const rows = agents.map((agent) => [
    agent.service,
    String(agent.pid),
    agent.kind,
    agent.state,
    String(agent.probes),
    duration(agent.attachMs),
    count(agent.ringSubmitted),
    count(agent.ringLost + agent.lostWithAgent),
    agent.shed === null || agent.shed.state === 'never' ? '–' : duration(agent.shed.offMs),
    agent.reportedAt.slice(0, 19),
    agent.agent.slice(0, 8),
  ]);
  return table(COLUMNS, rows);
}

const TTL = (absent: string) =>
  textOption({
    flag: 'ttl',
    describe: `the wish ends by itself after this, as in 30m, 2h; ${absent}`,
    default: undefined,
  });

export const attach = command({
  describe: "switches the probes of a service on, at every agent that watches it; needs a key with the scope 'control'",
  usage: 'SERVICE',
  example: 'mapscope attach order --ttl 2h',
  options: { service: SERVICE, ttl: TTL(`${duration(DEFAULT_PROBE_TTL_SECONDS * 1000)} when not given`) },
  run: ({ service: [service = ''], ttl, json }, world) => wish({ service, state: 'on', ttl, json }, world),
});

export const detach = command({
  describe: 'switches the probes of a service off, at every agent that watches it; on this host alone: detach --all',
  usage: 'SERVICE',
  example: 'mapscope detach order',
  options: {
    service: positionals({ name: 'service', describe: 'service.name; --all: everything on this host', min: 1, max: 1 }),
    ttl: TTL('without it the service stays off until it is attached'),
  },
  run: ({ service: [service = ''], ttl, json }, world) => wish({ service, state: 'off', ttl, json }, world),
});

interface Wish {
  readonly service: string;
  readonly state: 'on' | 'off';
  readonly ttl: string | undefined;
  readonly json: boolean;
}

async function wish({ service, state, ttl, json }: Wish, { api, out }: World): Promise<0> {
  const ttlSeconds = ttl === undefined ? undefined : Math.floor(spanSeconds('--ttl', ttl, 1));
  const path = `/api/v1/probes/${encodeURIComponent(service)}`;
  const answer = await api.change('PUT', path, { state, ...(ttlSeconds && { ttlSeconds }) }, probesAnswer);
  const until = answer.expiresAt === null ? '' : ` until ${answer.expiresAt.slice(0, 19)}Z`;
  const told = `probes of ${answer.service} are wanted ${answer.state}${until}; agents follow within seconds: mapscope probes ${answer.service}`;
  out(json ? JSON.stringify(answer) : told);
  return 0;
}
