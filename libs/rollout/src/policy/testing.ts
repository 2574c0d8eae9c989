/** Policies and processes that say only what a test is about. */
import type { ProcessFacts } from '../selector.ts';
import type { Policy } from './policy.ts';

export const NOW = 1_790_000_000_000;
export const MINUTE = 60_000;

export const policyOf = (changes: Partial<Policy> = {}): Policy => ({
  name: 'canary',
  version: 1,
  owner: 'ann',
  reason: 'p99 of order',
  state: 'on',
  startsUnixMillis: NOW,
  ttlMillis: 60 * MINUTE,
  families: ['lock', 'http'],
  labelling: { strategy: 'full' },
  predicate: {},
  selectors: [{ service: 'order' }],
  budgetShare: 0.01,
  ramp: null,
  stopped: null,
  ...changes,
});

export const processOf = (identity: string, changes: Partial<ProcessFacts> = {}): ProcessFacts => ({
  pid: 1,
  exe: '/srv/order',
  buildId: 'b1',
  module: { path: 'example.com/order', version: 'v1.0.0' },
  service: 'order',
  cgroup: '/',
  container: '',
  identity,
  ...changes,
});
