/** The receiver as it is, on ports of its own; what it takes is encoded as it would be sent, looked into, and goes nowhere. */
import { decodeBatch, type Guard, parseAgentId } from '@mapscope/events';
import { byteBudget } from '@mapscope/otel';
import { MAX_VALUE_BYTES } from '@mapscope/stream';
import { makeBatcher } from '../../agent/batcher.ts';
import { systemClock } from '../../process/system-clock.ts';
import { blockFault } from '../../writer/block-fault.ts';
import { makeBacklog } from '../backlog.ts';
import { makeOtlpCounters } from '../counters.ts';
import { makeDesk } from '../desk.ts';
import { type Request, type Taken, takeRequest } from '../intake.ts';
import { serveGrpc } from '../serve-grpc.ts';
import { serveHttp } from '../serve-http.ts';

const HELD_BYTES = 128 * 1024 * 1024;

export interface FuzzPlace {
  readonly url: string;
  readonly grpcUrl: string;
  /** what the decoder said of the last request that reached it */
  readonly seen: Request[];
  /** bytes of bodies that nobody gave back */
  readonly heldBytes: () => number;
  readonly close: () => Promise<void>;
}

/** @param onFault of the receiver, or of a batch that no writer would take */
export async function openPlace(onFault: (fault: string) => void): Promise<FuzzPlace> {
  const clock = systemClock();
  const agent = parseAgentId('f'.repeat(32));
  const batcher = makeBatcher({ agent, boot: 1n, service: '', platform: '' }, MAX_VALUE_BYTES);
  const publish = async ({ value }: { readonly value: Uint8Array }): Promise<void> => {
    const fault = blockFault(decodeBatch(value));
    if (fault !== undefined) onFault(`a batch that no writer takes: ${fault}`);
  };
  const intake = { clock, batcher, counters: makeOtlpCounters(), publish };
  const seen: Request[] = [];
  const take = (request: Request): Promise<Taken> => {
    seen.push(request);
    return takeRequest(request, intake);
  };
  const held = countedBudget(HELD_BYTES);
  const backlog = makeBacklog(2_000, () => performance.now());
  const fault = (error: unknown): void =>
    onFault(error instanceof Error ? (error.stack ?? error.message) : String(error));
  const desk = makeDesk({ take, backlog, budget: held.budget, answerMillis: 60_000, onFault: fault });
  const guard: Pick<Guard, 'check'> = { check: () => ({ allowed: true, scopes: 'all', prefix: undefined }) };
  const needs = { guard, desk, budget: held.budget, onAnswered: () => undefined, onFault: fault };
  const http = await serveHttp('127.0.0.1', 0, { ...needs, runDryMillis: 1_000 });
  const grpc = await serveGrpc('127.0.0.1', 0, needs);
  return {
    url: http.url,
    grpcUrl: grpc.url,
    seen,
    heldBytes: held.bytes,
    close: async () => {
      for (const { close } of [http, grpc]) await close(backlog.idle(), 1_000);
    },
  };
}

function countedBudget(limit: number) {
  const inner = byteBudget(limit);
  let held = 0;
  const budget: typeof inner = {
    take: (size) => {
      const isTaken = inner.take(size);
      if (isTaken) held += size;
      return isTaken;
    },
    give: (size) => {
      held -= size;
      inner.give(size);
    },
  };
  return { budget, bytes: () => held };
}
