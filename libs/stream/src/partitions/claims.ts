/**
 * The claims of one kafkajs consumer: opened when a partition's first messages come, ended when the group is joined anew.
 *
 *   join answered ──► all claims lost, nothing is committed ──► joined ──► claims open again, at what the group committed
 *                     └ before kafkajs takes the new generation
 *
 * The end comes with the answer to JoinGroup, one round trip before kafkajs commits under the new generation: so a claim
 * of the old one can never commit under the new one, although both live in this process.
 */
import type { BatchPayload } from '../batch-loop.ts';
import { startHeart } from '../heart.ts';
import type { Committed } from './claim.ts';
import { type Claim, type ClaimsNeeds, finish, give, openClaim, tellGone } from './open-claim.ts';
import { positionOf } from './position.ts';

/** One membership in the group. */
interface Term {
  readonly claims: Map<number, Promise<Claim>>;
  readonly ending: AbortController;
  /** asked once: only members of this generation change it */
  readonly committed: () => Promise<ReadonlyMap<number, Committed>>;
}

export interface Claims {
  readonly onJoinAnswered: () => void;
  readonly onJoined: () => void;
  readonly eachBatch: (payload: BatchPayload) => Promise<void>;
  /** lets the claims finish what they have; takes nothing more */
  readonly drain: () => Promise<void>;
  /** everything is lost, nothing more is committed; resolves when nothing runs any more */
  readonly end: () => Promise<void>;
}

interface Book {
  readonly needs: ClaimsNeeds;
  /** undefined: not in the group just now */
  term: Term | undefined;
  draining: boolean;
  /** what earlier claims of a partition still have in work */
  readonly settling: Map<number, Promise<void>>;
}

export function makeClaims(needs: ClaimsNeeds): Claims {
  const book: Book = { needs, term: undefined, draining: false, settling: new Map() };
  return {
    onJoinAnswered: () => endTerm(book),
    onJoined: () => {
      endTerm(book);
      book.term = newTerm(needs);
      // kafkajs keeps what was paused, also by a claim that is no more.
      needs.consumer.resume([{ topic: needs.topic }]);
    },
    eachBatch: (payload) => whileBeating(book, payload),
    drain: () => drainAll(book),
    end: async () => {
      endTerm(book);
      await Promise.all(book.settling.values());
    },
  };
}

function endTerm(book: Book): void {
  const { term } = book;
  if (term === undefined) return;
  term.ending.abort();
  for (const [partition, opening] of term.claims) book.settling.set(partition, settled(opening));
  book.term = undefined;
}

async function whileBeating(book: Book, payload: BatchPayload): Promise<void> {
  const { term } = book;
  if (term === undefined || book.draining) return;
  const heart = startHeart(payload, book.needs.heartbeatMillis);
  try {
    await Promise.race([unlessAborted(deliver(book, term, payload), term.ending.signal), heart.whenFailed]);
  } finally {
    heart.stop();
  }
  heart.rethrow();
}

async function deliver(book: Book, mine: Term, payload: BatchPayload): Promise<void> {
  const { messages, partition } = payload.batch;
  const mayGoOn = (): boolean => book.term === mine && !book.draining;
  const claim = await (mine.claims.get(partition) ?? open(book, mine, payload));
  await inTurn(claim, async () => {
    const position = positionOf({ messages, from: fetchedFrom(payload) }, claim.next);
    if (position.kind === 'next') return give(claim, payload, position.messages, mayGoOn);
    if (!(await tellGone(book.needs, payload, claim))) return;
    await finish(claim);
    await give(await open(book, mine, payload, { offset: position.from, note: '' }), payload, messages, mayGoOn);
  });
}

/**
 * One after the other: where a heartbeat fails while messages wait for room, kafkajs fetches the same ones again at once, and what
 * the claim wants next is known only when the first are taken.
 */
function inTurn(claim: Claim, work: () => Promise<void>): Promise<void> {
  const done = claim.turn.then(work);
  claim.turn = done.catch(() => undefined);
  return done;
}

function open(book: Book, mine: Term, payload: BatchPayload, at?: Committed): Promise<Claim> {
  const { partition } = payload.batch;
  const opening = (async () => {
    await book.settling.get(partition);
    const committed = at ?? (await mine.committed()).get(partition);
    return openClaim(book.needs, { payload, committed, termEnded: mine.ending.signal });
  })();
  mine.claims.set(partition, opening);
  // What could not be opened is tried again with the next fetch.
  opening.catch(() => mine.claims.delete(partition));
  return opening;
}

async function drainAll(book: Book): Promise<void> {
  book.draining = true;
  if (book.term === undefined) return;
  book.needs.consumer.pause([{ topic: book.needs.topic }]);
  const opened = await Promise.allSettled(book.term.claims.values());
  const claims = opened.flatMap((opening) => (opening.status === 'fulfilled' ? [opening.value] : []));
  await Promise.all(claims.map(({ work }) => work.drain()));
}

function newTerm(needs: ClaimsNeeds): Term {
  let committed: Promise<ReadonlyMap<number, Committed>> | undefined;
  const ask = (): Promise<ReadonlyMap<number, Committed>> =>
    needs.committed().catch((error: unknown) => {
      committed = undefined;
      throw error;
    });
  return { claims: new Map(), ending: new AbortController(), committed: () => (committed ??= ask()) };
}

const settled = (opening: Promise<Claim>): Promise<void> =>
  opening.then(
    ({ work }) => work.settled(),
    () => undefined,
  );

/** kafkajs' Batch has the offset that was asked for; its types do not say so (src/consumer/batch.js of 2.2.4). */
function fetchedFrom({ batch }: BatchPayload): bigint {
  const asked: unknown = Reflect.get(batch, 'fetchedOffset');
  const from = typeof asked === 'string' || typeof asked === 'number' ? String(asked) : batch.messages[0]?.offset;
  return BigInt(from ?? 0);
}

/** Resolves also when aborted; leaves no listener behind. */
function unlessAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const aborted = (): void => resolve();
    if (signal.aborted) resolve();
    signal.addEventListener('abort', aborted, { once: true });
    void work.then(resolve, reject).finally(() => signal.removeEventListener('abort', aborted));
  });
}
