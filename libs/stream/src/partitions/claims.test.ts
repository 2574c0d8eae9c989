import { expect, test } from 'vitest';
import type { BatchPayload } from '../batch-loop.ts';
import { makeClaims } from './claims.ts';
import type { ClaimsNeeds } from './open-claim.ts';

const messages = ['10', '11', '12'].map((offset) => ({
  offset,
  key: null,
  value: Buffer.from(offset),
  timestamp: '0',
  headers: {},
}));

function payloadOf(heartbeat: () => Promise<void>, resolved: string[] = []): BatchPayload {
  return {
    batch: { topic: 't', partition: 0, messages, fetchedOffset: '10' } as BatchPayload['batch'],
    resolveOffset: (offset) => void resolved.push(offset),
    heartbeat,
    commitOffsetsIfNecessary: () => Promise.resolve(),
    isRunning: () => true,
    isStale: () => false,
  };
}

function needsOf(taken: string[], room: Promise<void>): ClaimsNeeds {
  return {
    consumer: { pause: () => undefined, resume: () => undefined },
    topic: 't',
    open: () => ({
      take: async (given) => {
        taken.push(...given.map(({ offset }) => offset));
        await room;
        return 'kept';
      },
      drain: () => Promise.resolve(),
      settled: () => Promise.resolve(),
    }),
    committed: () => Promise.resolve(new Map([[0, { offset: 10n, note: '' }]])),
    low: () => Promise.resolve(0n),
    onProblem: () => undefined,
    problem: (error) => error as Error,
    heartbeatMillis: 5,
  };
}

test('fetched again because a heartbeat failed while they waited for room, messages are taken once', async () => {
  const taken: string[] = [];
  const room = Promise.withResolvers<void>();
  const claims = makeClaims(needsOf(taken, room.promise));
  claims.onJoined();
  const broken = claims.eachBatch(payloadOf(() => Promise.reject(new Error('the broker is away'))));
  await expect(broken).rejects.toThrow('the broker is away');
  const again = claims.eachBatch(payloadOf(() => Promise.resolve()));
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(taken).toEqual(['10', '11', '12']);
  room.resolve();
  await again;
  expect(taken).toEqual(['10', '11', '12']);
});
