import { Table } from '@mantine/core';
import { DataTable } from '../parts/data-table.tsx';
import { useMemo } from 'react';
import { duration } from '../format/duration.ts';
import { count, plural } from '../format/number.ts';
import { ChartOrTable } from '../parts/chart-or-table.tsx';
import { CodeSite } from '../parts/code-site.tsx';
import { matrixOf, type Field, type Matrix, type Pair } from './matrix.ts';

/** Rows waited, columns held; a field is as dark as its part of the waiting. */
export function MatrixPanel({ pairs }: { readonly pairs: readonly Pair[] }) {
  const matrix = useMemo(() => matrixOf(pairs), [pairs]);
  return (
    <ChartOrTable
      title="Who waited for whom"
      view="matrix"
      aside={<span className="dim small">rows waited, columns held; the stronger the colour, the longer</span>}
      chart={<MatrixView matrix={matrix} />}
      table={<PairTable pairs={pairs} />}
    />
  );
}

function MatrixView({ matrix: { waiters, holders, fields, left } }: { readonly matrix: Matrix }) {
  return (
    <div className="scroll-x" tabIndex={0} role="region" aria-label="Waiters and holders">
      <table className="matrix">
        <thead>
          <tr>
            <th scope="col" className="dim small">
              waited ↓ held →
            </th>
            {holders.map((site, i) => (
              <th key={i} scope="col" className="matrix-holder">
                <CodeSite site={site} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {waiters.map((site, row) => (
            <tr key={row}>
              <th scope="row" className="matrix-waiter">
                <CodeSite site={site} />
              </th>
              {holders.map((_, column) => (
                <FieldCell key={column} field={fields[row]?.[column]} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {left > 0 && <p className="dim small">{plural(left, 'further pair')} of lines; the table has all.</p>}
    </div>
  );
}

function FieldCell({ field }: { readonly field: Field | undefined }) {
  if (field === undefined) return <td className="matrix-field dim">–</td>;
  return (
    <td className={`matrix-field matrix-${field.shade}`} title={`longest ${duration(field.maxWaitMs)}`}>
      <b>{duration(field.waitMs)}</b>
      <span className="small">{plural(field.waits, 'wait')}</span>
    </td>
  );
}

function PairTable({ pairs }: { readonly pairs: readonly Pair[] }) {
  return (
    <DataTable label="Pairs of lines" heads={['Waited', 'Held', '#Waits', '#Waited', '#Longest']}>
      {pairs.map(({ waiter, releasedAt, waits, waitMs, maxWaitMs }, i) => (
        <Table.Tr key={i}>
          <Table.Td>
            <CodeSite site={waiter} />
          </Table.Td>
          <Table.Td>
            <CodeSite site={releasedAt} />
          </Table.Td>
          <Table.Td className="number">{count(waits)}</Table.Td>
          <Table.Td className="number">{duration(waitMs)}</Table.Td>
          <Table.Td className="number">{duration(maxWaitMs)}</Table.Td>
        </Table.Tr>
      ))}
    </DataTable>
  );
}
