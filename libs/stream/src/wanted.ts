/**
 * What should run where: one value per service on a compacted topic, JSON text. The words in it belong to
 * libs/rollout (same floor, so not imported here): readers check them with its parseWanted.
 */
import { randomUUID } from 'node:crypto';
import { pause } from './backoff.ts';
import type { ConsumeOptions } from './consumer.ts';
import type { Consumer } from './group.ts';
import type { Publisher } from './publisher.ts';

export interface WantedChange {
  readonly service: string;
  /** null: the wish was withdrawn */
  readonly json: string | null;
}

export interface WatchWantedOptions {
  /** Called for every value on the topic from its beginning, then for each change. Must not throw. */
  readonly onWanted: (change: WantedChange) => void;
  readonly onProblem: (error: Error) => void;
}

export async function publishWanted(publisher: Publisher, service: string, wanted: object | null): Promise<void> {
  const value = wanted === null ? null : new TextEncoder().encode(JSON.stringify(wanted));
  await publisher.publish({ topic: 'wanted', orderKey: service, value });
}

interface WatchNeeds {
  readonly consume: (options: ConsumeOptions) => Promise<Consumer>;
  readonly clientId: string;
  /** next offset of the topic's only partition, and its first one */
  readonly ends: () => Promise<{ readonly low: bigint; readonly high: bigint }>;
}

/** The last record may have been compacted away, then nobody says that the end is reached. */
const CATCH_UP_MILLIS = 5_000;

/**
 * A group of its own per watcher, without commits: every watcher sees everything, and the empty group leaves no trace.
 * Resolves when everything that was on the topic has been handed over: then the watcher knows what holds now.
 */
export async function watchWanted(needs: WatchNeeds, options: WatchWantedOptions): Promise<Consumer> {
  const { low, high } = await needs.ends();
  const caughtUp = new AbortController();
  const consumer = await needs.consume({
    topic: 'wanted',
    groupId: `${needs.clientId}-wanted-${randomUUID()}`,
    commit: 'never',
    onProblem: options.onProblem,
    onMessage: (message) => {
      const json = message.value === null ? null : new TextDecoder().decode(message.value);
      if (message.key !== null) options.onWanted({ service: message.key, json });
      if (BigInt(message.offset) + 1n >= high) caughtUp.abort();
      return Promise.resolve();
    },
  });
  if (high > low) await pause(CATCH_UP_MILLIS, caughtUp.signal);
  return consumer;
}
