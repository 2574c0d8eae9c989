import { Table } from '@mantine/core';
import { duration } from '../format/duration.ts';
import { CodeSite } from '../parts/code-site.tsx';
import { DataTable } from '../parts/data-table.tsx';
import { TONE_WORDS, TONES, type Tone } from './states.ts';
import type { Track, Tracks } from './tracks.ts';

const SHOWN: readonly Tone[] = TONES.filter((tone) => tone !== 'over');

const spentOf = ({ stretches }: Track): ReadonlyMap<Tone, number> => {
  const spent = new Map<Tone, number>();
  for (const { tone, fromMs, toMs } of stretches) spent.set(tone, (spent.get(tone) ?? 0) + toMs - Math.max(0, fromMs));
  return spent;
};

const HEADS = ['Goroutine', ...SHOWN.map((tone) => `#${TONE_WORDS[tone]}`), 'Last parked at'];

/** The timeline in numbers: how long each goroutine was in which state. */
export function GoroutineTable({ tracks: { tracks } }: { readonly tracks: Tracks }) {
  return (
    <DataTable label="Goroutines" heads={HEADS} maxHeight={560}>
      {tracks.map((track) => (
        <GoroutineRow key={track.goroutine} track={track} />
      ))}
    </DataTable>
  );
}

function GoroutineRow({ track }: { readonly track: Track }) {
  const spent = spentOf(track);
  const site = track.stretches.findLast((stretch) => stretch.site !== undefined)?.site;
  return (
    <Table.Tr>
      <Table.Td className="mono">
        {track.goroutine} {track.crashedAtMs !== undefined && <b className="text-hot">✕ ended the process</b>}
      </Table.Td>
      {SHOWN.map((tone) => (
        <Table.Td key={tone} className="number">
          {spent.has(tone) ? duration(spent.get(tone)) : ''}
        </Table.Td>
      ))}
      <Table.Td>
        <CodeSite site={site} unknown="–" />
      </Table.Td>
    </Table.Tr>
  );
}
