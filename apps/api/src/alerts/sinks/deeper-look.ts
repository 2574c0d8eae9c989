/**
 * An incident switches on the probes that tell more, on its service, for a while: a policy of its own, within its budget,
 * that ends by itself. Followed by agents that run with --policies.
 */
import type { PolicyChange } from '@mapscope/contract';
import type { PolicyBook } from '@mapscope/store';
import { publishPolicy } from '../../policies/publish.ts';
import { toRecord } from '../../policies/record.ts';
import type { ProbeControl } from '../../ports.ts';
import type { AlertSink } from './sink.ts';

export interface DeeperLook {
  readonly families: readonly string[];
  readonly seconds: number;
}

export interface DeeperLookNeeds {
  readonly policies: PolicyBook;
  readonly control: ProbeControl;
  readonly nowUnixMillis: () => number;
}

/** Of one core, for each process. */
const BUDGET_PERCENT = 1;
const CHANGED_BY = 'incident';
/** Selectors have no way to write a comma. */
const SELECTABLE = /^[^,;\s]+$/;

export function deeperLookSink({ families, seconds }: DeeperLook, needs: DeeperLookNeeds): AlertSink {
  return {
    name: 'deeper-look',
    send: async ({ incident, stage, kind, service }) => {
      // What crashed is gone, and what is over needs no look.
      if (stage !== 'opened' || kind === 'crash' || !SELECTABLE.test(service)) return;
      const { policies, control } = needs;
      const nowUnixMillis = needs.nowUnixMillis();
      const name = `incident-${incident}`;
      const [before] = await policies.history(name, 1);
      const change: PolicyChange = {
        owner: 'mapscope',
        reason: `incident ${incident} of ${service}`.slice(0, 200),
        state: 'on',
        families: [...families],
        selectors: [`service=${service}`],
        budgetPercent: BUDGET_PERCENT,
        ttlSeconds: seconds,
      };
      const record = toRecord(name, (before?.version ?? 0) + 1, change, nowUnixMillis);
      await publishPolicy({ policies, control, changedBy: CHANGED_BY, nowUnixMillis }, 'put', record);
    },
  };
}
