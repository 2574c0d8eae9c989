/** What the live tail shows, read from the messages of `GET /api/v1/events/tail` (libs/contract/src/tail.ts). Pure. */
import type { CodeSiteJson, TailEventJson, TailKind, TailSkippedJson } from '@mapscope/contract';
import type { SseMessage } from './sse.ts';

/** Values of libs/contract: importing them from there would bring zod into the bundle. */
export const TAIL_KINDS: readonly TailKind[] = ['lock_wait', 'http_request', 'probe_event'];

/** A probe event; what of the contract's is shown. */
export type TailEvent = { readonly what: 'event' } & Pick<
  TailEventJson,
  | 'kind'
  | 'ts'
  | 'service'
  | 'platform'
  | 'traceId'
  | 'durationMs'
  | 'route'
  | 'method'
  | 'waitMs'
  | 'waiter'
  | 'holder'
  | 'message'
>;

/** What happened to the tail itself, between the events where it happened. */
export type TailMark =
  | { readonly what: 'skipped'; readonly count: number; readonly reason: TailSkippedJson['reason'] }
  | { readonly what: 'problem'; readonly code: string; readonly detail: string }
  | { readonly what: 'resumed'; readonly afterMillis: number };

export type TailEntry = TailEvent | TailMark;

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const optionalText = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
const optionalNumber = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);

function optionalSite(value: unknown): CodeSiteJson | undefined {
  if (!isRecord(value)) return undefined;
  return { function: text(value['function']), file: text(value['file']), line: optionalNumber(value['line']) ?? 0 };
}

/** undefined: not of ours; the page counts it instead of breaking. */
export function readEntry({ event, data }: Pick<SseMessage, 'event' | 'data'>): TailEntry | undefined {
  const value = parseJson(data);
  if (!isRecord(value)) return undefined;
  if (event === 'skipped') return toSkipped(value);
  if (event === 'problem') return { what: 'problem', code: text(value['code']), detail: text(value['detail']) };
  const kind = TAIL_KINDS.find((known) => known === event);
  return kind === undefined || typeof value['ts'] !== 'string' ? undefined : toEvent(kind, value['ts'], value);
}

function toSkipped({ count, reason }: Record<string, unknown>): TailMark | undefined {
  if (typeof count !== 'number') return undefined;
  return { what: 'skipped', count, reason: reason === 'expired' ? 'expired' : 'rate' };
}

const toEvent = (kind: TailKind, ts: string, value: Record<string, unknown>): TailEvent => ({
  what: 'event',
  kind,
  ts,
  service: text(value['service']),
  platform: text(value['platform']),
  traceId: optionalText(value['traceId']) ?? null,
  durationMs: optionalNumber(value['durationMs']),
  route: optionalText(value['route']),
  method: optionalText(value['method']),
  waitMs: optionalNumber(value['waitMs']),
  waiter: optionalSite(value['waiter']),
  holder: optionalSite(value['holder']),
  message: optionalText(value['message']),
});

function parseJson(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
}
