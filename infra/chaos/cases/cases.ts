/** All cases but the storm, which is made for a run. */
import { ANSWER_LOST, BROKER_KILLED, COMMIT_REFUSED } from './broker.ts';
import type { ChaosCase } from './case.ts';
import { DISK_FULL, SPOOL_FULL } from './disk-full.ts';
import { ENGINE_INSERTING, ENGINE_MERGING, MIGRATING } from './engine.ts';
import { DRAINED, DUPLICATED, POISONED, REBALANCED, WRONG_CLOCKS } from './group.ts';
import { WRITER_STEPS } from './writer-steps.ts';

export const CASES: readonly ChaosCase[] = [
  ...WRITER_STEPS,
  REBALANCED,
  DRAINED,
  DUPLICATED,
  POISONED,
  WRONG_CLOCKS,
  DISK_FULL,
  MIGRATING,
  ENGINE_INSERTING,
  ENGINE_MERGING,
  BROKER_KILLED,
  ANSWER_LOST,
  COMMIT_REFUSED,
  SPOOL_FULL,
];
