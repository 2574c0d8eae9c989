import { Table } from '@mantine/core';
import { duration } from '../format/duration.ts';
import { lockWord } from '../format/code-place.ts';
import { CodeSite } from '../parts/code-site.tsx';
import { TraceLink } from '../parts/trace-link.tsx';
import type { RequestBar, TraceLayout, WaitBar } from './layout.ts';

const HEADS = ['What', 'Begin', 'Length', 'Scheduler', 'Waited at', 'Released at', 'Holder’s trace'];

/** The waterfall's twin: the same bars as text. */
export function TraceTable({ layout }: { readonly layout: TraceLayout }) {
  return (
    <div className="scroll-x">
      <Table>
        <Table.Thead>
          <Table.Tr>
            {HEADS.map((head) => (
              <Table.Th key={head}>{head}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {layout.requests.flatMap((bar, index) => [
            <RequestLine key={`request ${index}`} bar={bar} />,
            ...bar.waits.map((wait, at) => <WaitLine key={`${index} ${at}`} bar={wait} />),
          ])}
          {layout.strayWaits.map((bar, index) => (
            <WaitLine key={`stray ${index}`} bar={bar} />
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

function RequestLine({ bar: { request, startMs } }: { readonly bar: RequestBar }) {
  return (
    <Table.Tr>
      <Table.Td>
        <b>{request.service}</b> {request.method} {request.route}
      </Table.Td>
      <Table.Td className="number">{duration(startMs)}</Table.Td>
      <Table.Td className="number">{duration(request.durationMs)}</Table.Td>
      <Table.Td colSpan={4} className="dim small">
        goroutine {request.goroutine}, trace id{' '}
        {request.traceSource === 'generated' ? 'made by the probe' : 'from the caller'}
      </Table.Td>
    </Table.Tr>
  );
}

function WaitLine({ bar: { wait, startMs } }: { readonly bar: WaitBar }) {
  return (
    <Table.Tr>
      <Table.Td>
        wait, {lockWord(wait.lockKind)}
        {wait.binding === 'inherited' && ' (started goroutine)'}
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
