import { SegmentedControl } from '@mantine/core';
import type { ReactNode } from 'react';
import { hrefOf } from '../router/query.ts';
import { navigate, useRoute } from '../router/use-route.ts';

interface ChartOrTableProps {
  readonly title: string;
  /** its name in the address, where a page has several */
  readonly view?: string;
  readonly aside?: ReactNode;
  readonly chart: ReactNode;
  /** the same numbers as text: a canvas says nothing to a screen reader */
  readonly table: ReactNode;
}

/** Which of the two is shown is in the address (`view=table`), as everything else. */
export function ChartOrTable({ title, view: name = 'view', aside, chart, table }: ChartOrTableProps) {
  const { page, query } = useRoute();
  const view = query[name] === 'table' ? 'table' : 'chart';
  const choose = (value: string): void => {
    if (page !== undefined)
      navigate(hrefOf(page, { ...query, [name]: value === 'table' ? 'table' : undefined }), 'replace');
  };
  return (
    <section className="panel" aria-label={title}>
      <div className="panel-head">
        <h2>{title}</h2>
        <div className="grow">{aside}</div>
        <SegmentedControl
          size="xs"
          aria-label={`${title}: chart or table`}
          value={view}
          onChange={choose}
          data={['chart', 'table']}
        />
      </div>
      {view === 'chart' ? chart : table}
    </section>
  );
}
