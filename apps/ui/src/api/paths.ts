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
