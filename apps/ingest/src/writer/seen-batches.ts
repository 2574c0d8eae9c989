/**
 * Which batches of a partition were written before. All sendings of a batch come on one partition (its key is made of
 * agent and kind, or of agent and sequence), so its owner sees them all. Memory holds the latest ranges of each stream;
 * what it does not hold is asked of the ledger, which knows seven days. A resend within seven days is recognised, by
 * any writer.
 *
 *   bounds: 1024 streams, 256 ranges each; beyond, the longest unused stream and the oldest ranges are forgotten and asked
 *   of the ledger when they are needed again
 */
import type { BatchHeader } from '@mapscope/events';
import type { BatchStream, Store } from '@mapscope/store';
import { SequenceSet } from './sequence-set.ts';

/** The ledger: sequences that are stored, from `from` on. */
export type StoredSequences = Store['storedSequences'];

export interface SeenBatches {
  /** Learns what is needed to answer for these; rejects when the ledger does not answer. */
  readonly learn: (headers: readonly BatchHeader[]) => Promise<void>;
  /** Only for what was learnt. */
  readonly has: (header: BatchHeader) => boolean;
  readonly add: (header: BatchHeader) => void;
  /** Back within the bounds: only when all that was added is in the ledger. */
  readonly trim: () => void;
}

const MAX_STREAMS = 1024;
const MAX_RANGES = 256;

const keyOf = ({ agent, boot, family, kind }: BatchStream): string => `${agent} ${boot} ${family} ${kind}`;

export function makeSeenBatches(stored: StoredSequences): SeenBatches {
  /** in the order of their last use */
  const streams = new Map<string, SequenceSet>();
  const of = (header: BatchHeader): SequenceSet => {
    const found = streams.get(keyOf(header));
    if (found === undefined) throw new Error(`batch ${keyOf(header)} ${header.sequence} was not learnt first`);
    return found;
  };

  return {
    learn: async (headers) => {
      for (const [key, header] of lowest(headers)) {
        let known = streams.get(key);
        if (known === undefined || header.sequence < known.from) {
          known = new SequenceSet(header.sequence, await stored(header, header.sequence));
        }
        streams.delete(key);
        streams.set(key, known);
      }
    },
    has: (header) => of(header).has(header.sequence),
    add: (header) => of(header).add(header.sequence),
    trim: () => {
      for (const key of streams.keys()) {
        if (streams.size <= MAX_STREAMS) break;
        streams.delete(key);
      }
      for (const set of streams.values()) set.trim(MAX_RANGES);
    },
  };
}

/** Per stream the header with the lowest sequence. */
function lowest(headers: readonly BatchHeader[]): ReadonlyMap<string, BatchHeader> {
  const found = new Map<string, BatchHeader>();
  for (const header of headers) {
    const before = found.get(keyOf(header));
    if (before === undefined || header.sequence < before.sequence) found.set(keyOf(header), header);
  }
  return found;
}
