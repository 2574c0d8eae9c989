/** Raw figures of libs/probe/bench/ring/decode.ts and of attach/attach.ts → metrics. Pure. */
import { metric, type Metric } from '../../measure.ts';

/** CPU seconds per event, run by run. */
export interface RingMix {
  readonly name: string;
  readonly recordBytes: number;
  readonly blockBytes: number;
  readonly packedBytes: number;
  /** one memcpy of the same records, right before each of the others */
  readonly copied: readonly number[];
  readonly toBlock: readonly number[];
  readonly toPublished: readonly number[];
}

const BLOCK_TARGET = 20_000_000;
const PUBLISHED_TARGET = 8_000_000;

const rate = (seconds: readonly number[]): readonly number[] => seconds.map((each) => 1 / each);

export function ringMetrics({ mixes }: { readonly mixes: readonly RingMix[] }): readonly Metric[] {
  return mixes.flatMap(({ name, recordBytes, blockBytes, packedBytes, copied, toBlock, toPublished }) => {
    const perCore = { unit: 'events/s/core', better: 'higher' } as const;
    const size = { unit: 'bytes', better: 'lower' } as const;
    const overCopy = toBlock.map((seconds, run) => seconds / (copied[run] ?? Number.NaN));
    return [
      metric({ name: `probe_ring_${name}_to_block`, ...perCore, target: BLOCK_TARGET, runs: rate(toBlock) }),
      metric({ name: `probe_ring_${name}_published`, ...perCore, target: PUBLISHED_TARGET, runs: rate(toPublished) }),
      metric({ name: `probe_ring_${name}_over_copy`, unit: 'ratio', better: 'lower', runs: overCopy }),
      metric({ name: `probe_ring_${name}_record_bytes`, ...size, runs: [recordBytes] }),
      metric({ name: `probe_ring_${name}_block_bytes`, ...size, runs: [blockBytes] }),
      metric({ name: `probe_ring_${name}_published_bytes`, ...size, runs: [packedBytes] }),
    ];
  });
}

export interface AttachGroup {
  readonly name: string;
  readonly probes: number;
  readonly loadMillis: readonly number[];
  readonly attachMillis: readonly number[];
  readonly detachMillis: readonly number[];
}

export function attachMetrics({ groups }: { readonly groups: readonly AttachGroup[] }): readonly Metric[] {
  return groups.flatMap(({ name, probes, loadMillis, attachMillis, detachMillis }) => {
    const millis = { unit: 'ms', better: 'lower' } as const;
    return [
      metric({ name: `probe_group_${name}_probes`, unit: 'probes', better: 'lower', runs: [probes] }),
      metric({ name: `probe_group_${name}_load_ms`, ...millis, runs: loadMillis }),
      metric({ name: `probe_group_${name}_attach_ms`, ...millis, runs: attachMillis }),
      metric({ name: `probe_group_${name}_detach_ms`, ...millis, runs: detachMillis }),
    ];
  });
}
