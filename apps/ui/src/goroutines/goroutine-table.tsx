import { Table } from '@mantine/core';
import { duration } from '../format/duration.ts';
import { CodeSite } from '../parts/code-site.tsx';
import { TONE_WORDS, TONES, type Tone } from './states.ts';
import type { Track, Tracks } from './tracks.ts';

const SHOWN: readonly Tone[] = TONES.filter((tone) => tone !== 'over');

const spentOf = ({ stretches }: Track): ReadonlyMap<Tone, number> => {
  const spent = new Map<Tone, number>();
  for (const { tone, fromMs, toMs } of stretches) spent.set(tone, (spent.get(tone) ?? 0) + toMs - Math.max(0, fromMs));
  return spent;
};

/** The timeline in numbers: how long each goroutine was in which state. */
export function GoroutineTable({ tracks: { tracks } }: { readonly tracks: Tracks }) {
  return (
    <div className="scroll-y scroll-x" style={{ maxHeight: 560 }} tabIndex={0} role="region" aria-label="Goroutines">
      <Table stickyHeader>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Goroutine</Table.Th>
            {SHOWN.map((tone) => (
              <Table.Th key={tone} className="number">
                {TONE_WORDS[tone]}
              </Table.Th>
            ))}
            <Table.Th>Last parked at</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {tracks.map((track) => {
            const spent = spentOf(track);
            const site = track.stretches.findLast((stretch) => stretch.site !== undefined)?.site;
            return (
              <Table.Tr key={track.goroutine}>
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
          })}
        </Table.Tbody>
      </Table>
    </div>
  );
}
