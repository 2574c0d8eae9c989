import { Table } from '@mantine/core';
import { DataTable } from '../parts/data-table.tsx';
import type { PlatformsAnswer } from '@mapscope/contract';
import { trackEnd } from '../chart/bar-scale.ts';
import { duration } from '../format/duration.ts';
import { platformWords } from '../format/platform.ts';
import { count, percent, percentRange, ratio } from '../format/number.ts';
import { IntervalBar } from '../parts/interval-bar.tsx';
import { Panel } from '../parts/panel.tsx';

type Split = PlatformsAnswer['items'][number];

/** Side by side on one scale: does it happen on this platform only? */
export function PlatformPanel({ platforms }: { readonly platforms: readonly Split[] }) {
  if (platforms.length === 0) return null;
  const end = Math.min(1, trackEnd(platforms.map(({ waiting }) => waiting.high)));
  return (
    <Panel title="Platforms side by side">
      <DataTable
        label="Platforms"
        heads={['Platform', 'Requests that waited', '#Waited ÷ request time', '#Waits', '#Waited', '#Requests']}
      >
        {platforms.map(({ platform, waiting, contentionRatio, waits, waitMs, requests }) => (
          <Table.Tr key={platform}>
            <Table.Td title={platform}>{platformWords(platform)}</Table.Td>
            <Table.Td className="cell-share">
              <b>{percent(waiting.value)}</b> <span className="dim small">{percentRange(waiting)}</span>
              <IntervalBar estimate={waiting} end={end} label={`${percent(waiting.value)}, ${percentRange(waiting)}`} />
            </Table.Td>
            <Table.Td className="number">{ratio(contentionRatio)}</Table.Td>
            <Table.Td className="number">{count(waits)}</Table.Td>
            <Table.Td className="number">{duration(waitMs)}</Table.Td>
            <Table.Td className="number">{count(requests)}</Table.Td>
          </Table.Tr>
        ))}
      </DataTable>
    </Panel>
  );
}
