/**
 * Where requests of both protocols are served: not while Kafka is behind, and with an answer in time. Clients wait 10 s by
 * default; one that hears "later" before that keeps what it has. The work goes on, and its bytes stay held.
 */
import type { ByteBudget } from '@mapscope/otel';
import type { Backlog } from './backlog.ts';
import type { Request, Taken } from './intake.ts';

export type Later = Extract<Taken, { readonly outcome: 'later' }>;

export interface DeskNeeds {
  readonly take: (request: Request) => Promise<Taken>;
  readonly backlog: Backlog;
  /** where the bytes of bodies were taken from, and are given back */
  readonly budget: ByteBudget;
  readonly answerMillis: number;
  /** a fault after the answer was given */
  readonly onFault: (error: unknown) => void;
}

export interface Desk {
  /** Undefined: come in. */
  readonly refusal: () => Later | undefined;
  readonly serve: (request: Request) => Promise<Taken>;
}

const BEHIND: Later = {
  outcome: 'later',
  seconds: 5,
  problem: 'Kafka does not keep up: send again in a few seconds',
};

export const CROWDED: Later = {
  outcome: 'later',
  seconds: 1,
  problem: 'too many bytes are being received at once: send again in a moment',
};

export function makeDesk({ take, backlog, budget, answerMillis, onFault }: DeskNeeds): Desk {
  return {
    refusal: () => (backlog.isBehind() ? BEHIND : undefined),
    serve: async (request) => {
      const work = take(request).finally(() => budget.give(request.body.length));
      backlog.track(work);
      const { promise: late, resolve } = Promise.withResolvers<undefined>();
      const timer = setTimeout(resolve, answerMillis, undefined);
      const taken = await Promise.race([work, late]).finally(() => clearTimeout(timer));
      if (taken !== undefined) return taken;
      work.catch(onFault);
      return BEHIND;
    },
  };
}
