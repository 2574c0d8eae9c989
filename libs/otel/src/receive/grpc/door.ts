/**
 * What happens to a call before its bytes are read: it is let in or refused by its metadata, and waits for its turn to be read.
 * An interceptor of @grpc/grpc-js; nothing of a call that is refused here is kept.
 */
import {
  type Metadata,
  ResponderBuilder,
  ServerInterceptingCall,
  type ServerInterceptingCallInterface,
  type ServerInterceptor,
  type ServerListener,
  ServerListenerBuilder,
} from '@grpc/grpc-js';
import type { Status } from '../reply.ts';
import type { ReadSlots, Turn } from './read-slots.ts';
import { grpcStatus, OK } from './status.ts';

/** What is known of a caller by its metadata. */
export interface Caller {
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly localPort: number | undefined;
}

export interface DoorNeeds {
  /** undefined: come in */
  readonly admit: (caller: Caller) => Status | undefined;
  readonly slots: ReadSlots;
  /** a request that has not arrived by then gives its turn to others */
  readonly readMillis: number;
  readonly onAnswered: (isRefused: boolean) => void;
}

const CROWDED: Status = {
  code: 'unavailable',
  message: 'too many requests are being received at once: send again in a moment',
  retrySeconds: 1,
};
const SLOW: Status = {
  code: 'unavailable',
  message: 'the request did not arrive in time: send smaller batches',
  retrySeconds: 1,
};

export const makeDoor =
  (needs: DoorNeeds): ServerInterceptor =>
  (_, call) => {
    let isCounted = false;
    const count = (isRefused: boolean): void => {
      if (!isCounted) needs.onAnswered(isRefused);
      isCounted = true;
    };
    const responder = new ResponderBuilder().withSendStatus((status, next) => {
      count(status.code !== OK);
      next(status);
    });
    const refuse = (status: Status): void => {
      count(true);
      call.sendStatus(grpcStatus(status));
    };
    // Whatever @grpc/grpc-js answers by itself (too large, not gzip) ends in onCancel without a status of ours.
    responder.withStart((next) => next(listen(call, needs, { refuse, onEnd: () => count(true) })));
    return new ServerInterceptingCall(call, responder.build());
  };

interface Ends {
  readonly refuse: (status: Status) => void;
  readonly onEnd: () => void;
}

function listen(call: ServerInterceptingCallInterface, needs: DoorNeeds, { refuse, onEnd }: Ends): ServerListener {
  const { admit, slots, readMillis } = needs;
  let timer: NodeJS.Timeout | undefined;
  let turn: Turn | undefined;
  const leave = (): void => {
    clearTimeout(timer);
    if (turn !== undefined) slots.leave(turn);
  };
  return new ServerListenerBuilder()
    .withOnReceiveMetadata((metadata, next) => {
      const refused = admit(callerOf(call, metadata));
      if (refused !== undefined) return refuse(refused);
      turn = {
        read: () => {
          timer = setTimeout(refuse, readMillis, SLOW);
          next(metadata);
        },
      };
      if (!slots.enter(turn)) refuse(CROWDED);
    })
    .withOnReceiveHalfClose((next) => {
      leave();
      next();
    })
    .withOnCancel(() => {
      leave();
      onEnd();
    })
    .build();
}

const callerOf = (call: ServerInterceptingCallInterface, metadata: Metadata): Caller => {
  const text = (name: string): string | undefined => metadata.get(name)[0]?.toString();
  return {
    headers: { host: call.getHost(), authorization: text('authorization'), origin: text('origin') },
    localPort: call.getConnectionInfo().localPort,
  };
};
