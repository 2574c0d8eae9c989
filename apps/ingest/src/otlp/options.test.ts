import { expect, test } from 'vitest';
import { grpcPortOf } from './options.ts';

test.each([
  [{ port: 4318, grpcPort: undefined }, 4317],
  [{ port: 14_318, grpcPort: undefined }, 0],
  [{ port: 0, grpcPort: undefined }, 0],
  [{ port: 4318, grpcPort: 5317 }, 5317],
  [{ port: 4318, grpcPort: 0 }, 0],
])('beside %j gRPC is on %i', (given, port) => expect(grpcPortOf(given)).toBe(port));
