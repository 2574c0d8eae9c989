/**
 * One event of `GET /api/v1/events/tail` (server-sent events). Pure.
 *
 *   event: lock_wait | http_request | probe_event
 *   id: a cursor; the browser gives it back as Last-Event-ID when it connects again
 *   data: JSON
 */
import type { CodeSiteJson } from '@mapscope/contract';

export const TAIL_KINDS = ['lock_wait', 'http_request', 'probe_event'] as const;
export type TailKind = (typeof TAIL_KINDS)[number];

export interface TailEvent {
  readonly id: string;
  readonly kind: TailKind;
  readonly ts: string;
  readonly service: string;
  readonly platform: string;
  readonly traceId: string;
  /** http_request only */
  readonly durationMs?: number | undefined;
  readonly route?: string | undefined;
  /** lock_wait only */
  readonly waitMs?: number | undefined;
  readonly waiter?: CodeSiteJson | undefined;
  readonly holder?: CodeSiteJson | undefined;
  /** probe_event only */
  readonly message?: string | undefined;
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const optionalText = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
const optionalNumber = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);

function optionalSite(value: unknown): CodeSiteJson | undefined {
  if (!isRecord(value)) return undefined;
  return { function: text(value['function']), file: text(value['file']), line: optionalNumber(value['line']) ?? 0 };
}

/** undefined: not an event of ours; the page counts it instead of breaking. */
export function parseTailEvent(kind: TailKind, id: string, data: string): TailEvent | undefined {
  const value = parseJson(data);
  if (!isRecord(value) || typeof value['ts'] !== 'string') return undefined;
  return {
    id,
    kind,
    ts: value['ts'],
    service: text(value['service']),
    platform: text(value['platform']),
    traceId: text(value['traceId']),
    durationMs: optionalNumber(value['durationMs']),
    route: optionalText(value['route']),
    waitMs: optionalNumber(value['waitMs']),
    waiter: optionalSite(value['waiter']),
    holder: optionalSite(value['holder']),
    message: optionalText(value['message']),
  };
}

function parseJson(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
}
