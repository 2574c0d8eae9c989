/** OTLP over gRPC on a port: the same door, desk and bounds as over HTTP. */
import { createServer } from 'node:net';
import type { Guard } from '@mapscope/events';
import { type ByteBudget, type Caller, openGrpcReceiver, type Signal, type Status } from '@mapscope/otel';
import { CROWDED, type Desk } from './desk.ts';
import { grpcAnswer, grpcFailure } from './grpc-answer.ts';
import { listen, urlOf } from './listen.ts';
import type { Served } from './serve-http.ts';

export interface GrpcServeNeeds {
  readonly guard: Pick<Guard, 'check'>;
  readonly desk: Desk;
  readonly budget: ByteBudget;
  readonly onAnswered: (isRefused: boolean) => void;
  readonly onFault: (error: unknown) => void;
}

const MAX_CONNECTIONS = 1_024;

export async function serveGrpc(host: string, port: number, needs: GrpcServeNeeds): Promise<Served> {
  const receiver = openGrpcReceiver({
    admit: (caller) => admit(caller, needs),
    serve: (signal, body) => serve(signal, body, needs),
    onAnswered: needs.onAnswered,
    onFault: needs.onFault,
  });
  const server = createServer((connection) => receiver.accept(connection));
  server.maxConnections = MAX_CONNECTIONS;
  await listen(server, { host, port, flag: 'grpc-port' });
  return {
    url: urlOf(host, server),
    close: async (_, graceMillis) => {
      server.close();
      await receiver.close(graceMillis);
    },
  };
}

function admit(caller: Caller, { guard, desk }: GrpcServeNeeds): Status | undefined {
  const guarded = guard.check(caller, 'ingest');
  if (!guarded.allowed) {
    return { code: guarded.status === 401 ? 'unauthenticated' : 'permissionDenied', message: guarded.reason };
  }
  const later = desk.refusal();
  return later === undefined ? undefined : grpcFailure(later);
}

async function serve(signal: Signal, body: Uint8Array, { desk, budget }: GrpcServeNeeds): Promise<Uint8Array | Status> {
  if (!budget.take(body.length)) return grpcFailure(CROWDED);
  return grpcAnswer(signal, await desk.serve({ signal, encoding: 'protobuf', body }));
}
