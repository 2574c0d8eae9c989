/** What runs where, from the reports of the agents: a line for each service, process and kind of event. Pure. */
import type { AgentReportJson } from '@mapscope/contract';
import { duration } from '../format/duration.ts';
import { unixMs } from '../format/instant.ts';

export interface ProbedService {
  readonly service: string;
  readonly processes: readonly ProbedProcess[];
  /** some probe of it is attached now */
  readonly isOn: boolean;
}

export interface ProbedProcess {
  readonly agent: string;
  readonly pid: number;
  readonly platform: string;
  readonly buildId: string;
  readonly isOn: boolean;
  /** in words */
  readonly state: string;
  readonly reportedAt: string;
  readonly kinds: readonly AgentReportJson[];
}

/** Later than three reports. */
const SILENT_MS = 20_000;

const STATES: Readonly<Record<string, string>> = {
  attached: 'on',
  detached: 'off',
  killed: 'switched off',
  'ttl-expired': 'off: their time was over',
  died: 'agent died',
  replay: 'a recording',
};

export function servicesOf(reports: readonly AgentReportJson[], nowMs: number): readonly ProbedService[] {
  const byService = Map.groupBy(reports, ({ service }) => service);
  return [...byService]
    .map(([service, own]): ProbedService => {
      const processes = processesOf(own, nowMs);
      return { service, processes, isOn: processes.some(({ isOn }) => isOn) };
    })
    .toSorted((a, b) => Number(b.isOn) - Number(a.isOn) || (a.service < b.service ? -1 : 1));
}

function processesOf(reports: readonly AgentReportJson[], nowMs: number): readonly ProbedProcess[] {
  const byProcess = Map.groupBy(reports, ({ agent, pid }) => `${agent} ${pid}`);
  return [...byProcess.values()]
    .flatMap((kinds) => {
      const [first] = kinds.toSorted((a, b) => unixMs(b.reportedAt) - unixMs(a.reportedAt));
      return first === undefined ? [] : [processOf(first, kinds, nowMs)];
    })
    .toSorted((a, b) => Number(b.isOn) - Number(a.isOn) || unixMs(b.reportedAt) - unixMs(a.reportedAt));
}

function processOf(latest: AgentReportJson, kinds: readonly AgentReportJson[], nowMs: number): ProbedProcess {
  const { agent, pid, platform, buildId, state, reportedAt, final } = latest;
  const isSilent = !final && nowMs - unixMs(reportedAt) > SILENT_MS;
  return {
    agent,
    pid,
    platform,
    buildId,
    isOn: !final && !isSilent,
    state: isSilent ? 'silent: no word for a while' : (STATES[state] ?? state),
    reportedAt,
    kinds: kinds.toSorted((a, b) => b.ringSubmitted - a.ringSubmitted || (a.kind < b.kind ? -1 : 1)),
  };
}

/** What the overhead budget makes of a kind of event. */
export function costWords({ shed }: Pick<AgentReportJson, 'shed'>): string {
  if (shed === null) return 'always on';
  const off = shed.offMs > 0 ? `, off for ${duration(shed.offMs)} so far` : '';
  switch (shed.state) {
    case 'never':
      return `within the budget${off}`;
    case 'cycled':
      return `costs too much: on for windows of time${off}`;
    case 'refused':
      return `costs too much: off until it is tried again${off}`;
  }
}

const KIND_WORDS: Readonly<Record<string, string>> = {
  http_requests: 'requests',
  lock_waits: 'lock waits',
  probe_events: 'crashes',
  client_requests: 'calls to others',
  gc_events: 'garbage collection',
  map_events: 'maps',
  syncmap_events: 'sync.Map',
  goroutine_events: 'goroutine states',
  stacks: 'stacks',
  otel_traces: 'spans of SDKs',
};
export const kindWords = (kind: string): string => KIND_WORDS[kind] ?? kind;
