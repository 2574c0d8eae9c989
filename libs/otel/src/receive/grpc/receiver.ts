/**
 * OTLP over gRPC on connections that somebody else accepts: HTTP/2, framing, compression and deadlines by @grpc/grpc-js.
 *
 *   connection ─► metadata: admitted? ─► its turn to be read ─► message, unpacked, at most 64 MiB ─► serve ─► answer or status
 */
import type { Socket } from 'node:net';
import { type sendUnaryData, Server, ServerCredentials, type ServerUnaryCall } from '@grpc/grpc-js';
import type { Signal } from '../decode-request.ts';
import { MAX_BODY_BYTES } from '../limits.ts';
import type { Status } from '../reply.ts';
import { type Caller, makeDoor } from './door.ts';
import { readSlots } from './read-slots.ts';
import { exportService } from './services.ts';
import { grpcStatus } from './status.ts';

export interface GrpcNeeds {
  /** by what its metadata says; undefined: come in */
  readonly admit: (caller: Caller) => Status | undefined;
  /** resolves to the encoded answer, or to why there is none */
  readonly serve: (signal: Signal, body: Uint8Array) => Promise<Uint8Array | Status>;
  readonly onAnswered: (isRefused: boolean) => void;
  /** our own fault: answered with INTERNAL */
  readonly onFault: (error: unknown) => void;
}

export interface GrpcReceiver {
  readonly accept: (connection: Socket) => void;
  /** No new calls; those under way get their answer, connections end after `graceMillis`. */
  readonly close: (graceMillis: number) => Promise<void>;
}

/** Messages held while they come: at most so many of the largest. */
const READ_AT_ONCE = 8;
const MAY_WAIT = 256;
const READ_MILLIS = 30_000;

const OPTIONS = {
  'grpc.max_receive_message_length': MAX_BODY_BYTES,
  'grpc.max_concurrent_streams': 64,
  'grpc.max_connection_idle_ms': 300_000,
  // A peer that went away without a word is noticed.
  'grpc.keepalive_time_ms': 60_000,
  'grpc.keepalive_timeout_ms': 20_000,
  'grpc.enable_channelz': 0,
};

export function openGrpcReceiver(needs: GrpcNeeds): GrpcReceiver {
  const { admit, onAnswered } = needs;
  const slots = readSlots(READ_AT_ONCE, MAY_WAIT);
  const door = makeDoor({ admit, slots, readMillis: READ_MILLIS, onAnswered });
  const server = new Server({ ...OPTIONS, interceptors: [door] });
  for (const signal of ['traces', 'metrics', 'logs'] as const) {
    server.addService(exportService(signal), {
      Export: (call: ServerUnaryCall<Buffer, Uint8Array>, answer: sendUnaryData<Uint8Array>) =>
        void answerCall(signal, call.request, needs, answer),
    });
  }
  const injector = server.createConnectionInjector(ServerCredentials.createInsecure());
  return {
    accept: (connection) => injector.injectConnection(connection),
    close: async (graceMillis) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      server.tryShutdown(() => resolve());
      const timer = setTimeout(() => {
        server.forceShutdown();
        resolve();
      }, graceMillis);
      await promise;
      clearTimeout(timer);
      injector.destroy();
    },
  };
}

async function answerCall(
  signal: Signal,
  body: Uint8Array,
  { serve, onFault }: GrpcNeeds,
  answer: sendUnaryData<Uint8Array>,
): Promise<void> {
  try {
    const given = await serve(signal, body);
    if (given instanceof Uint8Array) answer(null, given);
    else answer(grpcStatus(given));
  } catch (error) {
    onFault(error);
    answer(grpcStatus({ code: 'internal', message: 'a fault in Mapscope itself, see its log' }));
  }
}
