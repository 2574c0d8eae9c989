/** Spans through @opentelemetry/api alone: without a running SDK these are calls into no-ops. */
import { SpanStatusCode, trace, type Attributes, type Span } from '@opentelemetry/api';
import type { SpanName } from './names.ts';

export type SpanAttributes = Readonly<Record<string, string | number | boolean>>;

/** What work may add to its own span. */
export interface ActiveSpan {
  readonly set: (attributes: SpanAttributes) => void;
}

export const tracer = () => trace.getTracer('mapscope');

/** Runs work inside a span; what it throws is recorded and thrown on. */
export function span<T>(
  name: SpanName,
  attributes: SpanAttributes,
  work: (active: ActiveSpan) => Promise<T>,
): Promise<T> {
  return tracer().startActiveSpan(name, { attributes: { ...attributes } }, (active) => finish(active, work));
}

async function finish<T>(active: Span, work: (active: ActiveSpan) => Promise<T>): Promise<T> {
  try {
    return await work({ set: (more) => void active.setAttributes({ ...more } satisfies Attributes) });
  } catch (error) {
    active.recordException(error instanceof Error ? error : String(error));
    active.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.message : String(error) });
    throw error;
  } finally {
    active.end();
  }
}
