import { expect, test } from 'vitest';
import { rpcConstants } from './constants.ts';
import { RPC_CLOSE, RPC_SERVE, RPC_START_HOOK } from './hooks.ts';

const entries: Readonly<Record<string, number>> = { [RPC_SERVE]: 0x5000, [RPC_CLOSE]: 0x4000 };
const binary = (lacks = ''): Parameters<typeof rpcConstants>[0] => ({
  grpcStreamOffsets: () => ({ context: 0, method: 16 }),
  lookup: (name) => (name === lacks ? undefined : { name, entry: entries[name] ?? 0, size: 64 }),
});
const HOOK = { hook: RPC_START_HOOK, function: RPC_SERVE, offset: 18 };

test('Close is counted from the probed instruction, so that it holds wherever the program is loaded', () => {
  expect(rpcConstants(binary(), [HOOK])).toEqual({
    grpc_context_offset: 0,
    grpc_method_offset: 16,
    grpc_close_from: 0x4000 - 0x5012,
  });
});

test('without the hook, or the function that tells the transports apart, nothing of gRPC is read', () => {
  for (const constants of [rpcConstants(binary(), []), rpcConstants(binary(RPC_CLOSE), [HOOK])])
    expect(constants.grpc_method_offset).toBe(0);
});
