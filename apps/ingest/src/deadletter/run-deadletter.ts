/**
 * The role `deadletter`: what the writer could not use, and why; and, when the cause is mended, back to where it came from.
 *
 *   mapscope.dead-letter.v1 ─► letters up to now ─► chosen ─┬ list ───► stdout
 *                                                           └ replay ─► the topic each came from ─► writer
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { MapscopeError } from '@mapscope/events';
import type { Stream, StreamMessage } from '@mapscope/stream';
import { openStream } from '../process/open-stream.ts';
import { isChosen, letterOf, recordOf } from './letter.ts';
import type { Letter } from './letter.ts';
import type { DeadletterConfig } from './options.ts';

/** Joining a group takes up to 3 s (group.initial.rebalance.delay.ms); the topic keeps at most 512 MiB. */
const READ_MILLIS = 60_000;
const LOOK_MILLIS = 50;

export async function runDeadletter(config: DeadletterConfig, print: (line: string) => void): Promise<0 | 1> {
  await using stream = await openStream(config, 'deadletter');
  const messages = (await readLetters(stream)).filter((message) => isChosen(letterOf(message), config));
  const letters = messages.map(letterOf);
  if (config.verb === 'list') {
    print(config.json ? JSON.stringify({ letters }) : table(letters));
    return 0;
  }
  const { replayed, left } = await replay(stream, messages);
  if (config.json) print(JSON.stringify({ replayed, left }));
  else {
    print(`${replayed.length} letters went back where they came from: the writer drops what it has stored before`);
    if (left.length > 0) print(`${left.length} do not say where they came from, or are empty: ${left.join(', ')}`);
  }
  return left.length === 0 ? 0 : 1;
}

/** All that are on the topic now; none is committed, so the next look sees them again. */
async function readLetters(stream: Stream): Promise<readonly StreamMessage[]> {
  const groupId = `mapscope-deadletter-${randomUUID()}`;
  const total = await stream.lag(groupId, 'deadLetter');
  const messages: StreamMessage[] = [];
  let problem: Error | undefined;
  const consumer = await stream.consume({
    topic: 'deadLetter',
    groupId,
    commit: 'never',
    onMessage: (message) => Promise.resolve(void messages.push(message)),
    onProblem: (error) => void (problem = error),
  });
  const deadline = performance.now() + READ_MILLIS;
  while (messages.length < total && performance.now() < deadline) await sleep(LOOK_MILLIS);
  await consumer.close();
  if (messages.length >= total) return messages.slice(0, total);
  const message = `${messages.length} of ${total} dead letters were read in ${READ_MILLIS / 1000} s: ask again`;
  throw new MapscopeError('KAFKA_REFUSED', message, { cause: problem });
}

async function replay(stream: Stream, messages: readonly StreamMessage[]) {
  const publisher = await stream.publisher();
  const replayed: number[] = [];
  const left: number[] = [];
  for (const message of messages) {
    const record = recordOf(message);
    if (record !== undefined) await publisher.publish(record);
    (record === undefined ? left : replayed).push(Number(message.offset));
  }
  return { replayed, left };
}

function table(letters: readonly Letter[]): string {
  if (letters.length === 0) return 'no dead letters';
  const lines = letters.map(({ offset, code, origin, sizeBytes, reason }) => {
    const place = `${origin.topic}[${origin.partition}]@${origin.offset}`;
    const time = new Date(origin.unixMillis).toISOString();
    return `${String(offset).padStart(6)}  ${time}  ${code}  ${place}  ${sizeBytes} B\n        ${reason}`;
  });
  return [...lines, `${letters.length} letters; when the cause is mended: deadletter replay --offsets …`].join('\n');
}
