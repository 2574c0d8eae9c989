/** What a run found, and whether that is what was promised. Pure. */
import type { Machine } from '../machine.ts';

/** Each has to be hit at least three times in a whole run. */
export const STEPS = [
  'after produce before ack',
  'intent before insert',
  'during insert',
  'insert before commit',
  'merge',
  'migration',
] as const;

export type ChaosStep = (typeof STEPS)[number] | 'before intent' | 'after commit' | 'any';

export interface Kill {
  readonly case: string;
  readonly victim: 'broker' | 'engine' | 'writer' | 'publisher';
  readonly pid: number;
  readonly step: ChaosStep;
  /** what shows that it was there */
  readonly shown: string;
}

export interface MemoryReading {
  readonly process: string;
  readonly beginMiB: number;
  readonly endMiB: number;
}

export interface Rollup {
  readonly table: string;
  readonly raw: string;
  readonly rolled: string;
}

export interface CaseReport {
  readonly name: string;
  readonly ok: boolean;
  readonly seconds: number;
  readonly published: number;
  readonly stored: number;
  readonly lost: number;
  readonly doubled: number;
  readonly deadLettered: number;
  readonly diedInMemory: number;
  /** the longest of its recoveries: from a harm, or its end, until all that was published before is stored */
  readonly recoverySeconds: number;
  readonly kills: number;
  readonly steps: Readonly<Record<string, number>>;
  readonly rollups: readonly Rollup[];
  /** of processes that lived from begin to end */
  readonly memory: readonly MemoryReading[];
  readonly faults: readonly string[];
}

export interface ChaosReport {
  readonly name: 'chaos';
  readonly machine: Machine;
  readonly seed: number;
  readonly seconds: number;
  readonly ok: boolean;
  readonly kills: number;
  readonly killsOf: Readonly<Record<string, number>>;
  readonly steps: Readonly<Record<string, number>>;
  readonly published: number;
  readonly stored: number;
  readonly lost: number;
  readonly doubled: number;
  readonly deadLettered: number;
  readonly recoverySeconds: number;
  readonly faults: readonly string[];
  readonly cases: readonly CaseReport[];
}

export const MAX_RECOVERY_SECONDS = 30;
const HITS_OF_EACH_STEP = 3;
/**
 * What a process may have grown from its first work to the end of a case. Allocators and V8 keep what a peak needed; a leak of a
 * block or an answer a round would be far above.
 */
const MAX_GROWTH = { factor: 1.5, miB: 128 };

export interface Findings extends Omit<CaseReport, 'ok' | 'faults'> {
  readonly faults: readonly string[];
}

export function judge(findings: Findings): CaseReport {
  const faults = [...findings.faults];
  if (findings.published === 0) faults.push('nothing was published');
  if (findings.lost > 0) faults.push(`${findings.lost} rows are lost`);
  if (findings.doubled > 0) faults.push(`${findings.doubled} rows are doubled`);
  if (findings.recoverySeconds > MAX_RECOVERY_SECONDS)
    faults.push(`recovery took ${findings.recoverySeconds} s, above ${MAX_RECOVERY_SECONDS}`);
  for (const { table, raw, rolled } of findings.rollups)
    if (raw !== rolled) faults.push(`${table} says ${rolled}, the rows say ${raw}`);
  for (const { process, beginMiB, endMiB } of findings.memory)
    if (endMiB > beginMiB * MAX_GROWTH.factor + MAX_GROWTH.miB)
      faults.push(`${process} grew from ${beginMiB} to ${endMiB} MiB`);
  return { ...findings, faults, ok: faults.length === 0 };
}

export interface Wanted {
  /** of all processes together */
  readonly kills: number;
  /** a run of single cases does not hit every step */
  readonly isWhole: boolean;
}

interface Run {
  readonly machine: Machine;
  readonly seed: number;
  readonly seconds: number;
  readonly kills: readonly Kill[];
  readonly cases: readonly CaseReport[];
}

export function reportOf({ kills, cases, ...run }: Run, wanted: Wanted): ChaosReport {
  const sum = (of: (each: CaseReport) => number): number => cases.reduce((total, each) => total + of(each), 0);
  const steps = countBy(kills, ({ step }) => step);
  const faults = cases.flatMap(({ name, faults: found }) => found.map((fault) => `${name}: ${fault}`));
  if (kills.length < wanted.kills) faults.push(`${kills.length} kills, wanted ${wanted.kills}`);
  for (const step of wanted.isWhole ? STEPS : [])
    if ((steps[step] ?? 0) < HITS_OF_EACH_STEP) faults.push(`"${step}" was hit ${steps[step] ?? 0} times`);
  return {
    name: 'chaos',
    ...run,
    ok: faults.length === 0,
    kills: kills.length,
    killsOf: countBy(kills, ({ victim }) => victim),
    steps,
    published: sum(({ published }) => published),
    stored: sum(({ stored }) => stored),
    lost: sum(({ lost }) => lost),
    doubled: sum(({ doubled }) => doubled),
    deadLettered: sum(({ deadLettered }) => deadLettered),
    recoverySeconds: Math.max(0, ...cases.map(({ recoverySeconds }) => recoverySeconds)),
    faults,
    cases,
  };
}

export function countBy<T>(all: readonly T[], nameOf: (each: T) => string): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const each of all) counts[nameOf(each)] = (counts[nameOf(each)] ?? 0) + 1;
  return counts;
}
