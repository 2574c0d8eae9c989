import { Table } from '@mantine/core';
import type { ReactNode } from 'react';

interface DataTableProps {
  /** what it is, for those who hear it */
  readonly label: string;
  /** a `#` before a head: a column of numbers */
  readonly heads: readonly string[];
  /** pixels; higher ones scroll below their heads */
  readonly maxHeight?: number;
  readonly className?: string;
  /** rows */
  readonly children: ReactNode;
}

/** A table that scrolls by itself, by keys too, instead of making the page wider. */
export function DataTable({ label, heads, maxHeight, className = '', children }: DataTableProps) {
  return (
    <div className="scroll-x scroll-y" style={{ maxHeight }} tabIndex={0} role="region" aria-label={label}>
      <Table className={className} stickyHeader={maxHeight !== undefined}>
        <Table.Thead>
          <Table.Tr>
            {heads.map((head) => (
              <Table.Th key={head} className={head.startsWith('#') ? 'number' : undefined}>
                {head.replace(/^#/, '')}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>{children}</Table.Tbody>
      </Table>
    </div>
  );
}
