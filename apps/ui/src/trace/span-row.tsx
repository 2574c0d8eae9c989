import type { TraceSpanJson } from '@mapscope/contract';
import { useId } from 'react';
import { duration } from '../format/duration.ts';
import { plural } from '../format/number.ts';
import { BarText, DrawnWaits, indent } from './bar-rows.tsx';
import type { TraceBar } from './layout.ts';
import { placed } from './placed.ts';

interface SpanRowProps {
  readonly bar: TraceBar;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
}

/** One span of an SDK to scale, the waits within it drawn on it; a click opens what the SDK said of it. */
export function SpanRow({ bar, isOpen, onToggle }: SpanRowProps) {
  const detailId = useId();
  const { node, extent } = bar;
  if (node.kind !== 'span') return null;
  const { span } = node;
  return (
    <>
      <button type="button" className="row row-span" aria-expanded={isOpen} aria-controls={detailId} onClick={onToggle}>
        <span className="row-name" style={indent(node.depth)} title={`${span.service}: ${span.name}`}>
          <span className="chevron" aria-hidden="true">
            {isOpen ? '▾' : '▸'}
          </span>
          {node.parent?.service !== span.service && <b>{span.service} </b>}
          {span.name} <span className="dim small">{span.kind === 'unspecified' ? '' : span.kind}</span>
          {span.status === 'error' && <span className="badge badge-error">✕ error</span>}
        </span>
        <span className="lane">
          <span className={`bar bar-span span-${span.status}`} style={placed(extent)} />
          <DrawnWaits waits={bar.drawn} />
          <BarText extent={extent} lengthMs={span.durationMs} />
        </span>
      </button>
      {isOpen && <SpanDetail id={detailId} span={span} startMs={node.startMs} />}
    </>
  );
}

const STATUS_WORDS: Readonly<Record<TraceSpanJson['status'], string>> = {
  unset: 'not set',
  ok: 'ok',
  error: '✕ error',
};

interface SpanDetailProps {
  readonly id: string;
  readonly span: TraceSpanJson;
  readonly startMs: number;
}

function SpanDetail({ id, span, startMs }: SpanDetailProps) {
  const facts: readonly (readonly [string, string])[] = [
    ['service', span.service],
    ['kind', span.kind],
    ['status', STATUS_WORDS[span.status]],
    ['begin', duration(startMs)],
    ['length', duration(span.durationMs)],
    ['span', span.spanId],
    ['parent', span.parentSpanId ?? 'none'],
  ];
  return (
    <div id={id} className="span-detail">
      <dl className="facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd className={name === 'span' || name === 'parent' ? 'mono' : undefined}>{value}</dd>
          </div>
        ))}
      </dl>
      <Attributes attributes={span.attributes} />
    </div>
  );
}

export function Attributes({ attributes }: Pick<TraceSpanJson, 'attributes'>) {
  const entries = Object.entries(attributes).toSorted(([a], [b]) => a.localeCompare(b));
  if (entries.length === 0) return <p className="dim small">The SDK sent no attributes.</p>;
  return (
    <dl className="attributes mono" aria-label={plural(entries.length, 'attribute')}>
      {entries.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
