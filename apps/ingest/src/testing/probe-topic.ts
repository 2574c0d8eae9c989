/** A probe topic of a test's own, and everything on it. */
import { randomBytes, randomUUID } from 'node:crypto';
import { expect, onTestFinished } from 'vitest';
import { type Batch, decodeBatch } from '@mapscope/events';
import { type Stream, connectStream } from '@mapscope/stream';

export async function freshStream(brokers: readonly string[]): Promise<{ stream: Stream; topicPrefix: string }> {
  const topicPrefix = `a-${randomBytes(6).toString('hex')}.`;
  const stream = await connectStream({ brokers, clientId: 'agent-test', topicPrefix });
  onTestFinished(() => stream.close());
  await stream.ensureTopics();
  return { stream, topicPrefix };
}

export async function readAll(stream: Stream): Promise<readonly Batch[]> {
  const batches: Batch[] = [];
  const groupId = `g-${randomUUID()}`;
  const consumer = await stream.consume({
    topic: 'probe',
    groupId,
    onMessage: async ({ value }) => void batches.push(decodeBatch(value ?? new Uint8Array())),
    onProblem: () => undefined,
  });
  await expect.poll(() => stream.lag(groupId), { timeout: 15_000, interval: 100 }).toBe(0);
  await consumer.close();
  return batches;
}

export const rowsOf = (batches: readonly Batch[], kind: string): number =>
  batches.filter(({ header }) => header.kind === kind).reduce((sum, { header }) => sum + header.rows, 0);
