/**
 * One partition's messages into the store, block after block.
 *
 *   take ─► pending ─► full, or old enough ─► cut: seen before? dead letter? ─► writeBlock ─► next
 *
 * A new owner first finishes the block that was open (intent.ts): exactly its messages, exactly its cut. While the store is
 * away the partition is paused; memory is bounded per partition and for all of them (budget.ts).
 */
import type { OpenPartition, PartitionClaim, PartitionWork, StreamMessage } from '@mapscope/stream';
import { type Block, type Place, toBlock } from './block.ts';
import type { Budget } from './budget.ts';
import { makeChange } from './change.ts';
import { type BatchEntry, type Entry, toEntry } from './entry.ts';
import { type Intent, parseIntent, reopenBlock } from './intent.ts';
import { type BlockBounds, Pending, waitMillis } from './pending.ts';
import { type SeenBatches, makeSeenBatches } from './seen-batches.ts';
import type { WriteNeeds } from './sink.ts';
import { type Patience, untilDone } from './until-done.ts';
import { type Writing, bury, writeBlock } from './write-block.ts';

export interface PartitionNeeds extends WriteNeeds {
  readonly bounds: BlockBounds;
  readonly budget: Budget;
  /** a drain that takes longer leaves the rest to the next owner */
  readonly drainMillis: number;
}

/** Blocks' worth of messages that wait in memory per partition: one is written, one fills. */
const PENDING_BLOCKS = 2;

export const partitionWriter =
  (needs: PartitionNeeds): OpenPartition =>
  (claim) =>
    new PartitionWriter(claim, needs);

class PartitionWriter implements PartitionWork {
  readonly #claim: PartitionClaim;
  readonly #needs: PartitionNeeds;
  readonly #pending: Pending;
  readonly #seen: SeenBatches;
  readonly #over: AbortSignal;
  readonly #giveUp = new AbortController();
  readonly #changed = makeChange();
  readonly #writing: Writing;
  readonly #running: Promise<void>;
  #oldestAt = 0;
  #cutAt = 0;
  #state: 'open' | 'draining' | 'over' = 'open';
  #isPaused = false;
  /** of the block that the owner before left open, until it is finished */
  #intent: Intent | undefined;
  #failure: unknown;

  constructor(claim: PartitionClaim, needs: PartitionNeeds) {
    this.#claim = claim;
    this.#needs = needs;
    this.#pending = new Pending(needs.bounds);
    this.#seen = makeSeenBatches(needs.sink.storedSequences);
    this.#over = AbortSignal.any([claim.lost, this.#giveUp.signal]);
    this.#over.addEventListener('abort', () => this.#wake(), { once: true });
    const patience: Patience = { over: this.#over, pause: needs.pause, onFailure: (error) => this.#fail(error) };
    this.#writing = { claim, needs, patience };
    this.#running = this.#run();
  }

  async take(messages: readonly StreamMessage[]): Promise<'kept' | 'later'> {
    if (this.#failure !== undefined) throw this.#failure as Error;
    if (this.#state !== 'open' || (this.#isPaused && !this.#hasRoom())) return 'later';
    if (this.#pending.entries.length === 0) this.#oldestAt = this.#needs.nowMillis();
    const before = this.#pending.sizeBytes;
    this.#pending.add(messages.map(toEntry));
    this.#needs.budget.add(this.#pending.sizeBytes - before);
    this.#wake();
    while (this.#state === 'open' && !this.#isPaused && !this.#hasRoom()) {
      await Promise.race([this.#changed.next(), this.#needs.budget.changed.next()]);
    }
    return 'kept';
  }

  async drain(): Promise<void> {
    if (this.#state === 'open') this.#state = 'draining';
    this.#wake();
    const deadline = setTimeout(() => this.#giveUp.abort(), this.#needs.drainMillis);
    await this.#running;
    clearTimeout(deadline);
  }

  settled(): Promise<void> {
    return this.#running;
  }

  async #run(): Promise<void> {
    try {
      await this.#finishOpenBlock();
      while (await this.#isReady()) await this.#write(await this.#cut());
    } catch (error) {
      // At the end of the claim the next owner goes on; any other error is told to whoever brings more messages.
      if (!this.#over.aborted) this.#failure = error;
    } finally {
      this.#state = 'over';
      this.#needs.budget.add(-this.#pending.sizeBytes);
      this.#wake();
    }
  }

  /** Waits for a block's worth; false: nothing more is to be written. */
  async #isReady(): Promise<boolean> {
    for (;;) {
      if (this.#over.aborted) return false;
      const { entries, isFull } = this.#pending;
      // Other partitions hold the memory that this one's block waits for.
      if (isFull || (entries.length > 0 && this.#needs.budget.isFull)) return true;
      if (this.#state === 'draining') return entries.length > 0;
      const wait = waitMillis(this.#needs.bounds, this.#pending.newestMillis, this.#needs.unixMillis());
      const left = this.#oldestAt + wait - this.#needs.nowMillis();
      if (entries.length > 0 && left <= 0) return true;
      await this.#changedWithin(entries.length > 0 ? left : undefined);
    }
  }

  async #cut(): Promise<Block> {
    const { needs, patience } = this.#writing;
    const entries = this.#pending.next();
    this.#cutAt = needs.nowMillis();
    const batches = entries.filter((entry) => entry.kind === 'batch');
    await untilDone(() => this.#seen.learn(batches.map(({ batch }) => batch.header)), patience);
    const fresh: BatchEntry[] = [];
    const skipped: Entry[] = [];
    for (const entry of entries) {
      if (entry.kind === 'fault' || this.#seen.has(entry.batch.header)) skipped.push(entry);
      else {
        this.#seen.add(entry.batch.header);
        fresh.push(entry);
      }
    }
    const faults = skipped.filter((entry) => entry.kind === 'fault');
    needs.counters.seenBefore(skipped.length - faults.length);
    await bury(
      faults.map((entry) => ({ entry, reason: entry.reason })),
      this.#writing,
    );
    const place = this.#placeOf(entries);
    await needs.onStep?.('cut');
    return toBlock(
      place,
      fresh,
      skipped.map(({ offset }) => offset),
    );
  }

  /** A block never ends before its first message: there is one at least. */
  #placeOf(entries: readonly Entry[]): Place {
    const { topic, partition } = this.#claim;
    const first = entries[0]?.offset ?? 0n;
    return { topic, partition, first, last: entries.at(-1)?.offset ?? first };
  }

  async #write(block: Block, isIntended = false): Promise<void> {
    await writeBlock(block, this.#writing, isIntended);
    this.#done(block.last);
  }

  #done(last: bigint): void {
    this.#needs.budget.add(-this.#pending.drop(last));
    // What is left came after the cut.
    this.#oldestAt = this.#cutAt;
    this.#seen.trim();
    if (this.#isPaused) this.#claim.resume();
    this.#isPaused = false;
    this.#wake();
  }

  /** What the owner before has begun is finished as it was begun. */
  async #finishOpenBlock(): Promise<void> {
    const { committed } = this.#claim;
    if (committed === undefined) return;
    this.#intent = parseIntent(committed.note, committed.offset);
    while (this.#intent !== undefined && (this.#pending.entries.at(-1)?.offset ?? -1n) < this.#intent.last) {
      if (this.#over.aborted || this.#state === 'draining') return;
      await this.#changed.next();
    }
    if (this.#intent !== undefined) await this.#finish(this.#intent, committed.offset);
    this.#intent = undefined;
    this.#wake();
  }

  async #finish(intent: Intent, first: bigint): Promise<void> {
    const { needs, patience } = this.#writing;
    const { topic, partition } = this.#claim;
    const block = reopenBlock({ topic, partition, first, last: intent.last }, intent, this.#pending.entries);
    if (block === undefined) {
      needs.onProblem(new Error(abandoned(topic, partition, first)));
      return;
    }
    const headers = block.groups.flatMap(({ entries }) => entries.map(({ batch }) => batch.header));
    await untilDone(() => this.#seen.learn(headers), patience);
    needs.counters.reopened();
    // In the ledger means in the tables and roll-ups: only the commit was missing.
    const isStored = headers.every((header) => this.#seen.has(header));
    await this.#write(isStored ? { ...block, groups: [] } : block, true);
    for (const header of headers) this.#seen.add(header);
  }

  #hasRoom(): boolean {
    const { entries, sizeBytes } = this.#pending;
    // An open block has to come whole, however large it is.
    if (entries.length === 0 || this.#intent !== undefined) return true;
    return sizeBytes < PENDING_BLOCKS * this.#needs.bounds.bytes && !this.#needs.budget.isFull;
  }

  #fail(error: Error): void {
    this.#needs.counters.retried();
    this.#needs.onProblem(error);
    if (this.#isPaused) return;
    this.#isPaused = true;
    this.#claim.pause();
    this.#wake();
  }

  #wake(): void {
    this.#changed.notify();
  }

  async #changedWithin(millis: number | undefined): Promise<void> {
    if (millis === undefined) return this.#changed.next();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, millis)));
    await Promise.race([this.#changed.next(), this.#needs.budget.changed.next(), late]);
    clearTimeout(timer);
  }
}

const abandoned = (topic: string, partition: number, first: bigint): string =>
  `the block that was open at ${topic}/${partition} offset ${first} is no longer in the topic as it was written down (was the topic made anew?): what is there now is written as it is`;
