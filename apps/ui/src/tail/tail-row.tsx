import type { CodeSiteJson, TailKind } from '@mapscope/contract';
import { memo, type ComponentType } from 'react';
import { duration } from '../format/duration.ts';
import { fileLine, fullPlace, isKnown, shortFunction } from '../format/code-place.ts';
import { clockTimeMs } from '../format/instant.ts';
import { TraceLink } from '../parts/trace-link.tsx';
import { markWords } from './mark-words.ts';
import type { TailEntry, TailEvent, TailMark } from './tail-event.ts';

const SIGNS: Readonly<Record<TailKind, { readonly text: string; readonly tone: string }>> = {
  lock_wait: { text: 'wait', tone: 'wait' },
  http_request: { text: 'request', tone: 'plain' },
  probe_event: { text: 'crash', tone: 'crash' },
};

/** Rows never change: of 500, only the new ones are drawn. */
export const TailRow = memo(function TailRow({ entry }: { readonly entry: TailEntry }) {
  return entry.what === 'event' ? <EventRow event={entry} /> : <MarkRow mark={entry} />;
});

/** What happened to the tail itself, in the place where it happened. */
function MarkRow({ mark }: { readonly mark: TailMark }) {
  const { sign, text } = markWords(mark);
  return (
    <p className={`tail-mark tail-mark-${mark.what}`}>
      <span aria-hidden="true">{sign}</span> {text}
    </p>
  );
}

function EventRow({ event }: { readonly event: TailEvent }) {
  const { text, tone } = SIGNS[event.kind];
  const What = WHAT[event.kind];
  return (
    <div className={`tail-row tail-${tone}`}>
      <time dateTime={event.ts}>{clockTimeMs(event.ts)}</time>
      <span className="tail-kind">{text}</span>
      <span className="tail-service" title={event.platform}>
        {event.service}
      </span>
      <span className="tail-length">{duration(event.waitMs ?? event.durationMs)}</span>
      <span className="tail-what">
        <What event={event} />
      </span>
      <TraceLink id={event.traceId} />
    </div>
  );
}

const WHAT: Readonly<Record<TailKind, ComponentType<{ readonly event: TailEvent }>>> = {
  lock_wait: ({ event }) => (
    <>
      <Place site={event.waiter} tone="wait" />
      <span className="dim"> ← </span>
      <Place site={event.holder} tone="hold" />
    </>
  ),
  http_request: ({ event }) => event.route ?? '',
  probe_event: ({ event }) => <b>{event.message ?? ''}</b>,
};

function Place({ site, tone }: { readonly site: CodeSiteJson | undefined; readonly tone: 'wait' | 'hold' }) {
  if (!isKnown(site)) return <span className="dim">unknown line</span>;
  return (
    <span title={fullPlace(site)}>
      <span className={`text-${tone}`}>{shortFunction(site.function)}</span>{' '}
      <span className="dim">{fileLine(site)}</span>
    </span>
  );
}
