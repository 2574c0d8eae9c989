/**
 * The map `gate`: one entry a family, of each CPU (bpf/maps.h). A closed gate stops the family's events within
 * microseconds, and what it stored is no longer valid; the traps stay until its link is closed.
 *
 *   struct gate: 0 epoch u32  8 hits u64
 */
import type { BpfSyscall } from './bpf-syscall.ts';

export interface Gates {
  /** All of them open in one new epoch: what one of them stores another may read. */
  readonly set: (gates: readonly number[], open: boolean) => void;
  /** Closes gates whose probes go while the target goes on: what they stored soon is no longer true, and nobody corrects it. */
  readonly end: (gates: readonly number[]) => void;
  /** in which what it stored is true: the last one that it was open in; 0 after `end` */
  readonly epochOf: (gate: number) => number;
  /** How often probes of this gate were hit since the session began, open or closed. An estimate: see bpf/maps.h. */
  readonly hitsOf: (gate: number) => number;
}

const GATE_BYTES = 16;
const HITS_AT = 8;

export function openGates(bpf: Pick<BpfSyscall, 'lookup' | 'update'>, mapFd: number, cpus: number): Gates {
  const epochs = new Map<number, number>();
  const hitsBefore = new Map<number, number>();
  let last = 0;
  const inKernel = (gate: number): number => {
    const value = bpf.lookup(mapFd, key(gate), cpus * GATE_BYTES);
    if (value === undefined) return 0;
    const view = new DataView(value.buffer, value.byteOffset, value.byteLength);
    let hits = 0n;
    for (let cpu = 0; cpu < cpus; cpu++) hits += view.getBigUint64(cpu * GATE_BYTES + HITS_AT, true);
    return Number(hits);
  };
  const hitsOf = (gate: number): number => (hitsBefore.get(gate) ?? 0) + inKernel(gate);
  const write = (gate: number, epoch: number): void => {
    hitsBefore.set(gate, hitsOf(gate));
    const value = new Uint8Array(cpus * GATE_BYTES);
    for (let cpu = 0; cpu < cpus; cpu++) new DataView(value.buffer).setUint32(cpu * GATE_BYTES, epoch, true);
    bpf.update(mapFd, key(gate), value);
  };
  const set = (gates: readonly number[], open: boolean): void => {
    const epoch = open ? ++last : 0;
    for (const gate of gates) write(gate, epoch);
    if (open) for (const gate of gates) epochs.set(gate, epoch);
  };
  const end = (gates: readonly number[]): void => {
    set(gates, false);
    for (const gate of gates) epochs.delete(gate);
  };
  return { set, end, epochOf: (gate) => epochs.get(gate) ?? 0, hitsOf };
}

const key = (gate: number): Uint8Array => new Uint8Array(Uint32Array.of(gate).buffer);
