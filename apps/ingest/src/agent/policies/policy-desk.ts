/**
 * The probe policies on mapscope.wanted.v1, as they stand: of a name the highest version. Their keys begin with `policy/`; the
 * others are services and belong to wanted-desk.ts. What cannot be read is told and ignored: the last good word holds.
 */
import { type Policy, parsePolicy } from '@mapscope/rollout';
import type { WantedChange } from '../control.ts';
import { ALL_FAMILIES } from '../options.ts';

export const POLICY_KEY = 'policy/';
/** As many as one host will ever compare its processes with. */
const MAX_POLICIES = 1000;

export interface PolicyDesk {
  readonly onWanted: (change: WantedChange) => void;
  readonly policies: () => readonly Policy[];
  /** another number whenever the policies are others than before */
  readonly revision: () => number;
}

export function makePolicyDesk(onProblem: (error: Error) => void): PolicyDesk {
  const policies = new Map<string, Policy>();
  let revision = 0;
  const take = (name: string, json: string | null): void => {
    if (json === null) {
      if (policies.delete(name)) revision += 1;
      return;
    }
    const policy = parsePolicy(json, ALL_FAMILIES);
    if (policy.name !== name) throw new Error(`the policy under the name "${name}" calls itself "${policy.name}"`);
    if ((policies.get(name)?.version ?? 0) >= policy.version) return;
    if (!policies.has(name) && policies.size >= MAX_POLICIES) {
      throw new Error(`there are ${MAX_POLICIES} policies already: "${name}" is not followed; delete old ones`);
    }
    policies.set(name, policy);
    revision += 1;
  };
  return {
    onWanted: ({ service: key, json }) => {
      if (!key.startsWith(POLICY_KEY)) return;
      try {
        take(key.slice(POLICY_KEY.length), json);
      } catch (error) {
        onProblem(error instanceof Error ? error : new Error(String(error)));
      }
    },
    policies: () => [...policies.values()],
    revision: () => revision,
  };
}
