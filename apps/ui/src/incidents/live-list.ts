/** The list of incidents as it was asked for, and what the stream has told since: whoever changed last is right. Pure. */
import type { Incident } from '@mapscope/contract';
import { unixMs } from '../format/instant.ts';

/** Told by the stream, newest news last; a page left open for weeks keeps no more. */
export type Told = readonly Incident[];
const MAX_TOLD = 200;

export const addTold = (before: Told, fresh: readonly Incident[]): Told => {
  const ids = new Set(fresh.map(({ id }) => id));
  return [...before.filter(({ id }) => !ids.has(id)), ...lastOfEach(fresh)].slice(-MAX_TOLD);
};

const lastOfEach = (incidents: readonly Incident[]): readonly Incident[] => [
  ...new Map(incidents.map((incident) => [incident.id, incident])).values(),
];

/** An answer of an API that says no time of change is older than any that does. */
const changedMs = ({ changedAt }: Incident): number => (changedAt === undefined ? 0 : unixMs(changedAt));

/** Newest first. Of what only the stream told, what the list would hold as well: it was going on in the time looked at. */
export function mergeIncidents(listed: readonly Incident[], told: Told, sinceMs: number): readonly Incident[] {
  const merged = new Map(listed.map((incident) => [incident.id, incident]));
  for (const incident of told) {
    const known = merged.get(incident.id);
    if (known === undefined ? isIn(incident, sinceMs) : changedMs(incident) >= changedMs(known))
      merged.set(incident.id, incident);
  }
  return [...merged.values()].toSorted((a, b) => unixMs(b.window.from) - unixMs(a.window.from));
}

const isIn = ({ ongoing, window }: Incident, sinceMs: number): boolean => ongoing || unixMs(window.to) >= sinceMs;
