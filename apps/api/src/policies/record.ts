/** A policy as the api takes it, as agents read it, and as it is shown. Pure. */
import { formatUnixNanos, type PolicyChange, type PolicyJson } from '@mapscope/contract';
import { MapscopeError } from '@mapscope/events';
import { endsUnixMillis, FAMILIES, parsePolicy, percentAt } from '@mapscope/rollout';
import type { StoredPolicyEntry } from '@mapscope/store';

/** The value on mapscope.wanted.v1: libs/rollout's parsePolicy reads it, here as in an agent. */
export interface PolicyRecord {
  readonly name: string;
  readonly version: number;
  readonly owner: string;
  readonly reason: string;
  readonly state: 'on' | 'off';
  readonly families: readonly string[];
  readonly selectors: readonly string[];
  readonly budgetShare: number;
  readonly startsUnixMillis: number;
  readonly ttlMillis: number;
  readonly ramp: { readonly percents: readonly number[]; readonly holdMillis: number } | null;
}

export function toRecord(name: string, version: number, change: PolicyChange, nowUnixMillis: number): PolicyRecord {
  const { owner, reason, state, families, selectors, budgetPercent, ttlSeconds, ramp } = change;
  const record = {
    name,
    version,
    owner,
    reason,
    state,
    families,
    selectors,
    budgetShare: budgetPercent / 100,
    startsUnixMillis: nowUnixMillis,
    ttlMillis: ttlSeconds * 1000,
    ramp: ramp === undefined ? null : { percents: ramp.percents, holdMillis: ramp.holdSeconds * 1000 },
  };
  parsePolicy(JSON.stringify(record), FAMILIES);
  return record;
}

/** The book is ours: what stands in it was checked when it was written. */
export const readRecord = ({ policy }: { readonly policy: string }): PolicyRecord => JSON.parse(policy) as PolicyRecord;

export function toPolicyJson(entry: StoredPolicyEntry, nowUnixMillis: number): PolicyJson {
  const record = readRecord(entry);
  const parsed = parsePolicy(entry.policy, FAMILIES);
  const { name, owner, reason, state, families, selectors, budgetShare, ramp } = record;
  return {
    name,
    owner,
    reason,
    state,
    families,
    selectors,
    version: entry.version,
    action: entry.action,
    budgetPercent: budgetShare * 100,
    startsAt: instant(record.startsUnixMillis),
    endsAt: instant(endsUnixMillis(parsed)),
    ramp: ramp === null ? null : { percents: ramp.percents, holdSeconds: ramp.holdMillis / 1000 },
    percentNow: entry.action === 'delete' ? 0 : percentAt(parsed, nowUnixMillis),
    changedAt: instant(entry.changedUnixMillis),
    changedBy: entry.changedBy,
  };
}

const instant = (unixMillis: number): string => formatUnixNanos(BigInt(unixMillis) * 1_000_000n);

export const noSuchPolicy = (name: string): MapscopeError =>
  new MapscopeError('NOT_FOUND', `there is no probe policy "${name}": GET /api/v1/policies lists them`);
