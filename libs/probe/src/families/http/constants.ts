/** What http.bpf.c must know of gRPC-Go in a binary. Pure; for the manifest. */
import type { GoBinary } from '@mapscope/golang';
import { RPC_CLOSE, RPC_START_HOOK } from './hooks.ts';

/** Names of `const volatile` variables in bpf/common.h; grpc_method_offset 0: requests of gRPC are not seen. */
export type RpcConstants = Readonly<Record<'grpc_context_offset' | 'grpc_method_offset' | 'grpc_close_from', number>>;

const NONE: RpcConstants = { grpc_context_offset: 0, grpc_method_offset: 0, grpc_close_from: 0 };

interface Site {
  readonly hook: number;
  readonly function: string;
  /** from the function's entry */
  readonly offset: number;
}

export function rpcConstants(
  binary: Pick<GoBinary, 'grpcStreamOffsets' | 'lookup'>,
  hooks: readonly Site[],
): RpcConstants {
  const start = hooks.find(({ hook }) => hook === RPC_START_HOOK);
  if (start === undefined) return NONE;
  const [serve, close] = [binary.lookup(start.function), binary.lookup(RPC_CLOSE)];
  if (serve === undefined || close === undefined) return NONE;
  const { context, method } = binary.grpcStreamOffsets();
  return {
    grpc_context_offset: context,
    grpc_method_offset: method,
    grpc_close_from: close.entry - (serve.entry + start.offset),
  };
}
