/**
 * What should run where: one value per service on a compacted topic, JSON text. The words in it belong to
 * libs/rollout (same floor, so not imported here): readers check them with its parseWanted.
 */
import { randomUUID } from 'node:crypto';
import type { ConsumeOptions, Consumer } from './consumer.ts';
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

/** A group of its own per watcher, without commits: every watcher sees everything, and the empty group leaves no trace. */
export function watchWanted(
  consume: (options: ConsumeOptions) => Promise<Consumer>,
  clientId: string,
  options: WatchWantedOptions,
): Promise<Consumer> {
  return consume({
    topic: 'wanted',
    groupId: `${clientId}-wanted-${randomUUID()}`,
    commit: 'never',
    onProblem: options.onProblem,
    onMessage: (message) => {
      const json = message.value === null ? null : new TextDecoder().decode(message.value);
      if (message.key !== null) options.onWanted({ service: message.key, json });
      return Promise.resolve();
    },
  });
}
