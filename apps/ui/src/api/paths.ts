/** The addresses of the API. Pure. */
import { writeQuery, type QueryValues } from '../router/query.ts';

const route = (name: string, query: QueryValues = {}): string => `/api/v1/${name}${writeQuery(query)}`;

/** What root cause may be asked with; everything else in the page's address is about the page. */
const QUESTION = ['service', 'from', 'to', 'route', 'platform', 'baselineFrom', 'baselineTo'] as const;

/** The question that is in an address or in an incident's `rootCauseUrl`. */
export const questionOf = (query: QueryValues): QueryValues =>
  Object.fromEntries(QUESTION.filter((name) => query[name] !== undefined).map((name) => [name, query[name]]));

export const incidentsPath = (since: string): string => route('incidents', { from: `now-${since}` });
export const incidentStreamPath = (): string => route('incidents/stream');
export const servicesPath = (since: string): string => route('services', { from: `now-${since}` });
export const rootCausePath = (query: QueryValues): string => route('root-causes', questionOf(query));
export const explainPath = (): string => route('explain');
export const statusPath = (): string => route('status');
export const tracePath = (id: string): string => route(`traces/${encodeURIComponent(id)}`);
export const tailPath = (filter: {
  readonly service?: string | undefined;
  readonly kind?: string | undefined;
}): string => route('events/tail', { service: filter.service, kind: filter.kind });

/** What a chart or a table is drawn from. */
export interface Selection {
  readonly service: string;
  readonly from: string;
  readonly to: string;
  readonly route?: string | undefined;
  readonly platform?: string | undefined;
}
export const latencyPath = (selection: Selection): string => route('latency', { ...selection });
export const contentionPath = (selection: Selection, limit: number): string =>
  route('contention', { ...selection, limit: String(limit) });

export const heatmapPath = (selection: Selection): string => route('latency/heatmap', { ...selection });
export const slowestPath = (selection: Selection, limit: number): string =>
  route('latency/slowest', { ...selection, limit: String(limit) });

/** Part of a page's address that says what it is about: `from` and `to` as people write them. */
export interface Asked {
  readonly service?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}
export const contentionSeriesPath = (asked: Asked): string => route('contention/series', { ...asked, limit: '6' });
export const locksPath = (asked: Asked): string => route('locks', { ...asked, limit: '50' });
export const lockPath = (address: string, asked: Asked): string =>
  route(`locks/${encodeURIComponent(address)}`, { ...asked });
export const mapsPath = (asked: Asked): string => route('maps', { ...asked, limit: '50' });
export const mapPath = (address: string, asked: Asked): string =>
  route(`maps/${encodeURIComponent(address)}`, { ...asked });
export const platformsPath = (asked: Asked): string => route('platforms', { ...asked });
export const pairsPath = (asked: Asked): string => route('contention', { ...asked, limit: '100' });
export const waitStacksPath = (asked: QueryValues): string => route('contention/stacks', { ...asked, limit: '500' });
export const dumpsPath = (asked: Asked): string => route('goroutines', { ...asked });
export const timelinePath = (asked: QueryValues): string => route('goroutines/timeline', asked);
export const serviceMapPath = (asked: Omit<Asked, 'service'>): string => route('service-map', { ...asked });
export const crashesPath = (asked: Asked): string => route('crashes', { ...asked });
export const probesPath = (service: string): string => route(`probes/${encodeURIComponent(service)}`);
