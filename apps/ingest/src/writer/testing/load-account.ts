/**
 * What a publisher has to answer for, one line a fact: `made AGENT KIND SEQUENCE ROWS`. Written at once and never taken back, so
 * that it outlives a kill: `acked` after Kafka said so, `spooled` after the disk took it, `shed` before it is gone from there.
 */
import { writeSync } from 'node:fs';
import { MapscopeError, decodeBatch } from '@mapscope/events';
import type { PublishRecord, Publisher } from '@mapscope/stream';
import type { AgentIdentity, PreparedBatch } from '../../agent/batcher.ts';
import type { Kept, Spool } from '../../agent/spool/spool.ts';
import { POISON } from './poison.ts';

interface Accounted extends Pick<PreparedBatch, 'kind' | 'sequence' | 'rows'> {
  readonly agent: string;
}

export interface Account {
  readonly write: (fact: 'made' | 'acked' | 'spooled' | 'dropped', batch: Accounted) => void;
  readonly count: (fact: 'poison' | 'shed') => void;
}

export const makeAccount = (fd: number): Account => ({
  write: (fact, { agent, kind, sequence, rows }) =>
    void writeSync(fd, `${fact} ${agent} ${kind} ${sequence} ${rows}\n`),
  count: (fact) => void writeSync(fd, `${fact}\n`),
});

/** Publishes each record `sendings` times; the account has it as acknowledged after the first. */
export function accountingPublisher(publisher: Publisher, account: Account, sendings: number): Publisher {
  const publish = async (record: PublishRecord) => {
    const published = await publisher.publish(record);
    note(record, account);
    for (let sending = 1; sending < sendings; sending++) await publisher.publish(record);
    return published;
  };
  return { ...publisher, publish };
}

function note({ value }: PublishRecord, account: Account): void {
  try {
    const { header } = decodeBatch(value ?? new Uint8Array());
    if (header.family === POISON) account.count('poison');
    else account.write('acked', header);
  } catch (error) {
    if (!(error instanceof MapscopeError)) throw error;
    account.count('poison');
  }
}

/** The agent's own spool, and what it took. What it gives up for something else is not told by name: tests give it room. */
export const accountedSpool =
  (open: (onShed: (batch: Kept) => void) => Spool, account: Account, { agent }: AgentIdentity) =>
  (onShed: (batch: Kept) => void): Spool => {
    const spool = open((batch) => {
      account.count('shed');
      onShed(batch);
    });
    const append = (batch: PreparedBatch): boolean => {
      const kept = spool.append(batch);
      if (kept) account.write('spooled', { agent, ...batch });
      return kept;
    };
    return { ...spool, append };
  };
