/** A change of a policy: written into the book first, so that what agents hear is never without its who and why. */
import type { PolicyAction, PolicyBook, StoredPolicyEntry } from '@mapscope/store';
import type { ProbeControl } from '../ports.ts';
import type { PolicyRecord } from './record.ts';

export interface PublishNeeds {
  readonly policies: PolicyBook;
  readonly control: ProbeControl;
  readonly changedBy: string;
  readonly nowUnixMillis: number;
}

export async function publishPolicy(
  { policies, control, changedBy, nowUnixMillis }: PublishNeeds,
  action: PolicyAction,
  record: PolicyRecord,
): Promise<StoredPolicyEntry> {
  const { name, version } = record;
  const entry = { name, version, action, changedBy, policy: JSON.stringify(record) };
  await policies.put(entry);
  await control.publishWanted(`policy/${name}`, action === 'delete' ? null : record);
  return { ...entry, changedUnixMillis: nowUnixMillis };
}
