/**
 * A consumer of kafkajs 2.2.4 that crashed because its broker was away makes a new group member when it starts again (start() in
 * src/consumer/index.js: a ConsumerGroup without memberId). The coordinator, which has read the old member from its log, then lets
 * the join wait until it has missed that one for its whole session: 15 s in which nothing is read, after every broker restart.
 *
 *   crash ─► leave() did not reach the broker ─► start again: join with the member id of before ─► answered at once
 *                                                └ unknown to the coordinator: joinAndSync drops it and joins as a new one
 *
 * One consumer is one member at a time, and what is new under that id is a new generation or the same one with all claims opened
 * anew (partitions/claims.ts). Its instrumentation emitter is the one thing that outlives its restarts, so it stands for it here.
 * kafkajs is pinned; were these methods gone, nothing is changed.
 */
import { createRequire } from 'node:module';

/** The fields of kafkajs' ConsumerGroup that are used (src/consumer/consumerGroup.js of 2.2.4). */
interface ConsumerGroup {
  memberId: string | null;
  readonly instrumentationEmitter: object;
}

type Method = (this: ConsumerGroup, ...args: readonly unknown[]) => Promise<unknown>;

export interface GroupMethods {
  connect: Method;
  joinAndSync: Method;
  leave: Method;
}

export function rememberMembers(methods: GroupMethods): void {
  const memberIds = new WeakMap<object, string>();
  const { connect, joinAndSync, leave } = methods;
  methods.connect = async function (...args) {
    this.memberId ??= memberIds.get(this.instrumentationEmitter) ?? null;
    return connect.apply(this, [...args]);
  };
  methods.joinAndSync = async function (...args) {
    const joined = await joinAndSync.apply(this, [...args]);
    if (this.memberId !== null) memberIds.set(this.instrumentationEmitter, this.memberId);
    return joined;
  };
  methods.leave = async function (...args) {
    const left = await leave.apply(this, [...args]);
    memberIds.delete(this.instrumentationEmitter);
    return left;
  };
}

export function fixForgottenMembers(): void {
  // An internal file of kafkajs has no types; its shape is checked in the next lines.
  const group = createRequire(import.meta.url)('kafkajs/src/consumer/consumerGroup') as { readonly prototype?: object };
  const names = ['connect', 'joinAndSync', 'leave'];
  if (!names.every((name) => typeof Reflect.get(group.prototype ?? {}, name) === 'function')) return;
  // Checked in the line above.
  rememberMembers(group.prototype as GroupMethods);
}
