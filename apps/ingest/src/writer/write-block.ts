/**
 * A block's way into the store. Each step is tried until it succeeds or the partition is no longer ours.
 *
 *   intent ─────► inserts, one a group ─────► ledger, one insert ─────► commit
 *   (commit of     │ refused for its data:     (what is in it is in      (the next block
 *    the first     │ dead letters, a new        the tables and           begins here)
 *    offset,       │ intent, the rest again     roll-ups)
 *    with note)
 *
 * infra/decisions/0019-blocks-and-intents.md has what happens when the writer is killed at each of these arrows.
 */
import { MapscopeError } from '@mapscope/events';
import type { DeadLetterReason, PartitionClaim } from '@mapscope/stream';
import { type Block, type Group, groupToken, isEmpty, ledgerToken } from './block.ts';
import { type Finding, NO_ROWS, diagnose } from './diagnose.ts';
import { dataAtFault } from './data-at-fault.ts';
import type { BatchEntry, Entry } from './entry.ts';
import { encodeIntent, fitsIntent } from './intent.ts';
import type { LedgerEntry, WriteNeeds } from './sink.ts';
import { type Patience, untilDone } from './until-done.ts';

export interface Writing {
  readonly claim: Pick<PartitionClaim, 'commit'>;
  readonly needs: WriteNeeds;
  readonly patience: Patience;
}

/**
 * Half the session time-out: an intent older than this is written again before its insert. Where another one owns the
 * partition by now, because this process stood still, the broker refuses it and nothing is inserted.
 */
const INTENT_FRESH_MILLIS = 7_000;
/** A batch with which nothing is seen to be wrong is given up only when ClickHouse refuses it so often, alone. */
const SURE_AFTER_REFUSALS = 3;
/**
 * Another cut has other tokens, so an insert that may have happened before must not be cut anew: one refusal may be of the moment (a
 * server that is starting), the second, with an insert of no rows accepted in between, is of the data.
 */
const HALVE_AFTER_REFUSALS = 2;

/** Resolves when the block is committed. `isIntended`: its intent is what the group has committed. */
export async function writeBlock(block: Block, writing: Writing, isIntended = false): Promise<void> {
  const { claim, needs, patience } = writing;
  if (!isEmpty(block)) {
    // Before it is written down: this process may stand still between the broker's answer and the next line.
    const intendedAt = needs.nowMillis();
    if (!isIntended) await intend(block, writing);
    const written = await insertAll(block, writing, intendedAt);
    await needs.onStep?.('inserted');
    if (!isEmpty(written)) await record(written, writing);
    await needs.onStep?.('recorded');
  }
  await untilDone(() => claim.commit(block.last + 1n, ''), patience);
  await needs.onStep?.('committed');
}

async function intend(block: Block, { claim, needs, patience }: Writing): Promise<void> {
  await untilDone(() => claim.commit(block.first, encodeIntent(block)), patience);
  await needs.onStep?.('intended');
}

/** Resolves to the block as it was written: without what ClickHouse refused. */
async function insertAll(block: Block, writing: Writing, firstAt: number): Promise<Block> {
  const written = new Set<Group>();
  let intendedAt = firstAt;
  for (let current = block; ;) {
    const left = current.groups.filter((group) => !written.has(group));
    if (left.length === 0) return current;
    const at = intendedAt;
    const results = await Promise.allSettled(left.map((group) => insertGroup(current, group, writing, at)));
    const refusals: Refusal[] = [];
    for (const [i, result] of results.entries()) {
      const group = left[i];
      // untilDone rejects with Errors only.
      if (result.status === 'rejected') throw result.reason as Error;
      if (group !== undefined && result.value === undefined) written.add(group);
      else if (result.value !== undefined) refusals.push(result.value);
    }
    if (refusals.length === 0) return current;
    intendedAt = writing.needs.nowMillis();
    current = await amend(current, refusals, writing);
  }
}

interface Refusal {
  readonly group: Group;
  readonly finding: Exclude<Finding, { kind: 'not the data' }>;
  readonly error: MapscopeError;
}

/** Undefined: it is in. */
async function insertGroup(
  block: Block,
  group: Group,
  { claim, needs, patience }: Writing,
  intendedAt: number,
): Promise<Refusal | undefined> {
  let [freshAt, refusals] = [intendedAt, 0];
  const token = groupToken(block, group);
  const blocks = group.entries.map(({ batch }) => batch.block);
  const accepts = (kind: Group['kind']): Promise<boolean> =>
    needs.sink.insertBlocks(kind, [NO_ROWS], `${token}-0`).then(
      () => true,
      () => false,
    );
  return untilDone(async () => {
    if (needs.nowMillis() - freshAt > INTENT_FRESH_MILLIS) await claim.commit(block.first, encodeIntent(block));
    freshAt = needs.nowMillis();
    try {
      await Promise.all([needs.sink.insertBlocks(group.kind, blocks, token), needs.onStep?.('inserting')]);
      return undefined;
    } catch (error) {
      if (!(error instanceof MapscopeError)) throw error;
      const isRefused = error.code === 'CLICKHOUSE_REFUSED';
      const reason = { code: error.code, message: error.message };
      const finding = isRefused ? await diagnose(group, reason, accepts) : dataAtFault(group, error);
      // In a row: what lies between two refusals may have been what made the first.
      refusals = finding.kind === 'not the data' ? 0 : refusals + 1;
      if (finding.kind === 'not the data') throw error;
      if (finding.kind === 'faults' && !finding.isSure && refusals < SURE_AFTER_REFUSALS) throw error;
      if (finding.kind === 'halve' && refusals < HALVE_AFTER_REFUSALS) throw error;
      return { group, finding, error };
    }
  }, patience);
}

/** The block without its faults, refused groups halved. A new cut: new tokens, and a new intent before it is used. */
async function amend(block: Block, refusals: readonly Refusal[], writing: Writing): Promise<Block> {
  const halved = applied(block, refusals);
  // Too many groups to be written down: then those that were refused are put aside whole, each batch with the reason.
  const whole = refusals.map(({ group, error }) => ({ group, error, finding: putAside(group, error) }));
  const [chosen, next] = fitsIntent(halved) ? [refusals, halved] : [whole, applied(block, whole)];
  for (const { finding } of chosen) {
    if (finding.kind === 'faults') await bury(finding.faults, writing);
  }
  await intend(next, writing);
  return next;
}

const putAside = (group: Group, { code, message }: MapscopeError): Extract<Finding, { kind: 'faults' }> => ({
  kind: 'faults',
  faults: group.entries.map((entry) => ({ entry, reason: { code, message } })),
  isSure: true,
});

function applied(block: Block, refusals: readonly Refusal[]): Block {
  const findings = new Map(refusals.map(({ group, finding }) => [group, finding]));
  const faulty = new Set<BatchEntry>();
  for (const finding of findings.values()) {
    if (finding.kind === 'faults') for (const { entry } of finding.faults) faulty.add(entry);
  }
  const groups = block.groups.flatMap((group) => {
    if (findings.get(group)?.kind === 'halve') return halves(group);
    const entries = group.entries.filter((entry) => !faulty.has(entry));
    if (entries.length === group.entries.length) return [group];
    return entries.length === 0 ? [] : [{ ...group, entries }];
  });
  const offsets = [...block.skipped, ...[...faulty].map(({ offset }) => offset)];
  return { ...block, groups, skipped: offsets.toSorted((a, b) => Number(a - b)) };
}

function halves({ kind, entries }: Group): readonly Group[] {
  const middle = Math.ceil(entries.length / 2);
  return [
    { kind, entries: entries.slice(0, middle) },
    { kind, entries: entries.slice(middle) },
  ];
}

/** Dead letters are acknowledged before the block goes on without them. */
export async function bury(
  faults: readonly { readonly entry: Entry; readonly reason: DeadLetterReason }[],
  { needs, patience }: Pick<Writing, 'needs' | 'patience'>,
): Promise<void> {
  for (const { entry, reason } of faults) {
    await untilDone(() => needs.deadLetter(entry.message, reason), patience);
    needs.counters.deadLettered();
    needs.onDeadLetter(entry.message, reason);
  }
}

async function record(block: Block, { needs, patience }: Writing): Promise<void> {
  const entries = block.groups.flatMap(({ entries: batches }) => batches);
  await untilDone(() => needs.sink.recordBatches(entries.map(ledgerEntry), ledgerToken(block)), patience);
  needs.counters.inserted(entries.map(({ batch }) => batch));
}

function ledgerEntry({ batch: { header }, message }: BatchEntry): LedgerEntry {
  const { agent, boot, family, kind, sequence, rows, firstUnixNanos, lastUnixNanos } = header;
  const { topic, partition, offset } = message;
  return { agent, boot, family, kind, sequence, topic, partition, offset, rows, firstUnixNanos, lastUnixNanos };
}
