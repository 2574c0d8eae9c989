import { Table } from '@mantine/core';
import { duration } from '../format/duration.ts';
import { lockWord } from '../format/code-place.ts';
import { plural } from '../format/number.ts';
import { CodeSite } from '../parts/code-site.tsx';
import { TraceLink } from '../parts/trace-link.tsx';
import type { TraceBar, TraceLayout, WaitBar } from './layout.ts';
import { Attributes } from './span-row.tsx';
import { BINDING_WORDS, TRACE_ID_FROM } from './trace-words.ts';
import type { TraceNode } from './tree.ts';

const HEADS = ['What', 'Begin', 'Length', 'Scheduler', 'Waited at', 'Released at', 'Holder’s trace'];

/** The waterfall's twin: the same bars as text. */
export function TraceTable({ layout }: { readonly layout: TraceLayout }) {
  return (
    <div className="scroll-x" tabIndex={0} role="region" aria-label="Requests and spans">
      <Table>
        <Table.Thead>
          <Table.Tr>
            {HEADS.map((head) => (
              <Table.Th key={head}>{head}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {layout.bars.flatMap((bar, index) => [
            <BarLine key={`bar ${index}`} bar={bar} />,
            ...bar.listed.map((wait, at) => <WaitLine key={`${index} ${at}`} bar={wait} />),
          ])}
          {layout.strayWaits.map((bar, index) => (
            <WaitLine key={`stray ${index}`} bar={bar} />
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

function BarLine({ bar: { node } }: { readonly bar: TraceBar }) {
  return (
    <Table.Tr>
      <Table.Td>
        <b>{node.service}</b>{' '}
        {node.kind === 'request' ? `${node.request.method} ${node.request.route}` : node.span.name}
      </Table.Td>
      <Table.Td className="number">{duration(node.startMs)}</Table.Td>
      <Table.Td className="number">{duration(node.lengthMs)}</Table.Td>
      <Table.Td colSpan={4} className="dim small">
        {node.kind === 'request' ? <RequestFacts {...node} /> : <SpanFacts {...node} />}
      </Table.Td>
    </Table.Tr>
  );
}

function RequestFacts({ request }: Extract<TraceNode, { readonly kind: 'request' }>) {
  return `request, goroutine ${request.goroutine}, trace id ${TRACE_ID_FROM[request.traceSource]}`;
}

function SpanFacts({ span }: Extract<TraceNode, { readonly kind: 'span' }>) {
  const count = Object.keys(span.attributes).length;
  return (
    <>
      span, {span.kind}, status {span.status}, id <span className="mono">{span.spanId}</span>
      {count > 0 && (
        <details>
          <summary>{plural(count, 'attribute')}</summary>
          <Attributes attributes={span.attributes} />
        </details>
      )}
    </>
  );
}

function WaitLine({ bar: { wait, startMs } }: { readonly bar: WaitBar }) {
  return (
    <Table.Tr>
      <Table.Td>
        wait, {lockWord(wait.lockKind)}
        {BINDING_WORDS[wait.binding].short}
      </Table.Td>
      <Table.Td className="number">{duration(startMs)}</Table.Td>
      <Table.Td className="number">{duration(wait.waitMs)}</Table.Td>
      <Table.Td className="number">{duration(wait.schedMs)}</Table.Td>
      <Table.Td>
        <CodeSite site={wait.waiter} />
      </Table.Td>
      <Table.Td>
        <CodeSite site={wait.releasedAt} />
      </Table.Td>
      <Table.Td>
        <TraceLink id={wait.holderTraceId} none="no request" />
      </Table.Td>
    </Table.Tr>
  );
}
