/**
 * What agents before this one left on disk because Kafka was away: sent with the identities it was made with, so that
 * whatever did arrive is recognised downstream, then deleted. Two agents that start at once may both send it: no harm.
 */
import { readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Batch, MapscopeError, decodeBatch } from '@mapscope/events';
import type { Machine, ProcessIdentity } from '../journal/record.ts';
import { splitSegment } from './segment.ts';
import { OWNER_FILE } from './spool.ts';
import { attempt } from '../../process/attempt.ts';

/** Content of OWNER_FILE. */
export interface Owner {
  readonly self: ProcessIdentity;
  readonly machine: Machine;
  /** brokers and prefix: batches are not carried from one Kafka to another */
  readonly destination: string;
}

export interface LeftoverNeeds {
  /** of all spools */
  readonly folder: string;
  readonly machine: Machine;
  readonly destination: string;
  /** of the process that has this pid now; undefined: none */
  readonly startTicks: (pid: number) => string | undefined;
  readonly publish: (batch: Batch, value: Uint8Array) => Promise<void>;
  readonly stop: AbortSignal;
}

export interface Sent {
  readonly agents: number;
  readonly batches: number;
  readonly rows: number;
  /** files whose end was torn when their writer died, and bytes that are no batch */
  readonly torn: number;
}

/** A publish that fails is thrown: the file is still there for the next try. */
export async function sendLeftovers(needs: LeftoverNeeds): Promise<Sent> {
  const sum = { agents: 0, batches: 0, rows: 0, torn: 0 };
  for (const folder of abandoned(needs)) {
    for (const file of segmentFiles(folder)) {
      if (needs.stop.aborted) return sum;
      await sendFile(join(folder, file), needs, sum);
    }
    rmSync(folder, { recursive: true, force: true });
    sum.agents += 1;
  }
  return sum;
}

async function sendFile(path: string, needs: LeftoverNeeds, sum: { batches: number; rows: number; torn: number }) {
  const bytes = readFileSync(path);
  for (const value of splitSegment(bytes)) {
    const batch = decode(value);
    if (batch === undefined) {
      sum.torn += 1;
      continue;
    }
    await needs.publish(batch, value);
    sum.batches += 1;
    sum.rows += batch.header.rows;
  }
  rmSync(path, { force: true });
}

function decode(value: Uint8Array): Batch | undefined {
  try {
    return decodeBatch(value);
  } catch (error) {
    if (error instanceof MapscopeError) return undefined;
    throw error;
  }
}

const segmentFiles = (folder: string): readonly string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.batches'))
    .toSorted();

function abandoned(needs: LeftoverNeeds): readonly string[] {
  const names = attempt(() => readdirSync(needs.folder)) ?? [];
  return names
    .map((name) => join(needs.folder, name))
    .filter((folder) => {
      const owner = attempt(() => JSON.parse(readFileSync(join(folder, OWNER_FILE), 'utf8')) as Owner);
      return owner !== undefined && owner.destination === needs.destination && isDead(owner, needs);
    });
}

/** Pids of another namespace say nothing here, but nobody outlives its kernel. */
function isDead({ self, machine }: Owner, needs: LeftoverNeeds): boolean {
  if (machine.bootId !== needs.machine.bootId) return true;
  return machine.pidNamespace === needs.machine.pidNamespace && needs.startTicks(self.pid) !== self.startTicks;
}
