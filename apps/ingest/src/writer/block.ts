/**
 * A block: the messages first…last of a partition, what of them goes into which table, and the tokens of those inserts.
 * It is cut once, written down (intent.ts), and from then on only ever written exactly so.
 *
 *   offset   100    101    102    103    104    105          skipped: seen before, or dead letters
 *           ┌──────┬──────┬──────┬──────┬──────┬──────┐
 *           │ lock │ http │ lock │ seen │ bad  │ lock │
 *           └──┬───┴──┬───┴──┬───┴──────┴──────┴──┬───┘
 *              └──────│──────┴────────────────────┴──► lock_waits     one insert, one token
 *                     └──────────────────────────────► http_requests  one insert, one token
 *
 * A group is what goes into a table in one insert: all of the block's batches of that kind, or a part of them where
 * ClickHouse refused the whole (isolate.ts). Its token is made of place and content, so another cut has another token.
 */
import { type BatchKind, batchToken, crc32c } from '@mapscope/events';
import type { BatchEntry } from './entry.ts';

export interface Group {
  readonly kind: BatchKind;
  readonly entries: readonly BatchEntry[];
}

export interface Place {
  readonly topic: string;
  readonly partition: number;
  readonly first: bigint;
  readonly last: bigint;
}

export interface Block extends Place {
  readonly groups: readonly Group[];
  /** offsets of the block that are in no group, ascending */
  readonly skipped: readonly bigint[];
}

const hex = (crc: number): string => crc.toString(16).padStart(8, '0');
const checksum = (text: string): string => hex(crc32c(new TextEncoder().encode(text)));

/** One group a kind, kinds in the order of their first batch. */
export function toBlock(place: Place, entries: readonly BatchEntry[], skipped: readonly bigint[]): Block {
  const byKind = Map.groupBy(entries, ({ batch }) => batch.header.kind);
  const groups = [...byKind].map(([kind, group]) => ({ kind, entries: group }));
  return { ...place, groups, skipped };
}

export const rowsOf = (group: Group): number => group.entries.reduce((sum, { batch }) => sum + batch.header.rows, 0);

/** The batches of a group by identity and rows, in order; a batch's identity stands for its bytes. */
export const digestOf = (group: Group): string =>
  checksum(group.entries.map(({ batch: { header } }) => `${batchToken(header)} ${header.rows}`).join('\n'));

const placeToken = ({ topic, partition, first, last }: Place): string =>
  `${checksum(topic)}-${partition}-${first}-${last}`;

export const groupToken = (place: Place, group: Group): string => `${placeToken(place)}-${digestOf(group)}`;

/** Of the block's rows in the ledger. */
export const ledgerToken = (block: Block): string =>
  `${placeToken(block)}-${checksum(block.groups.map(digestOf).join(' '))}`;

export const isEmpty = (block: Block): boolean => block.groups.length === 0;
