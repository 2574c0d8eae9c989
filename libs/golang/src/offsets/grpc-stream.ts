/**
 * Where gRPC-Go keeps what a server knows of a request: google.golang.org/grpc/internal/transport.Stream, which handleStream
 * gets (later within ServerStream). Asked for by libs/probe. The program's own DWARF says it; without it the version of the
 * module decides, and no version is guessed: only those are known whose struct was looked at.
 *
 *   v1.33            id │ st │ ct │ ctx 32 │ cancel │ done │ ctxDone │ method 72
 *   v1.64            id │ st │ ct │ ctx 32 │ cancel │ done │ doneFunc │ ctxDone │ method 80
 *   v1.79 … v1.81    ctx 0 │ method 16
 *
 * DWARF of programs with v1.33.3, v1.64.0 and v1.81.1; v1.79.3 by its source (internal/transport/transport.go).
 */
import { MapscopeError } from '@mapscope/events';
import type { GoModule } from '../buildinfo/module-info.ts';
import type { StructType } from '../dwarf/go-types.ts';

export interface GrpcStreamOffsets {
  /** context.Context, an interface */
  readonly context: number;
  /** string: "/package.Service/Method" */
  readonly method: number;
}

const MODULE = 'google.golang.org/grpc';
const TRANSPORT = `${MODULE}/internal/transport`;

const KNOWN = [
  { from: 33, to: 33, offsets: { context: 32, method: 72 } },
  { from: 64, to: 64, offsets: { context: 32, method: 80 } },
  { from: 79, to: 81, offsets: { context: 0, method: 16 } },
] as const;

export interface StreamSources {
  /** of the program's DWARF, if any */
  readonly structType: (name: string) => StructType | undefined;
  readonly dependencies: readonly GoModule[];
}

/** TARGET_UNSUPPORTED where neither DWARF nor the module's version tells, or where they disagree. */
export function grpcStreamOffsets({ structType, dependencies }: StreamSources): GrpcStreamOffsets {
  const version = dependencies.find(({ path }) => path === MODULE)?.version;
  const minor = Number(/^v1\.(\d+)\.\d+$/.exec(version ?? '')?.[1]);
  const known = KNOWN.find(({ from, to }) => from <= minor && minor <= to)?.offsets;
  const own = ownOffsets(structType);
  const offsets = own ?? known;
  if (offsets === undefined)
    throw refused(version, 'are not known without DWARF; build the program without -ldflags=-w (and -s)');
  if (own !== undefined && known !== undefined && (own.context !== known.context || own.method !== known.method))
    throw refused(
      version,
      "stand elsewhere by the program's DWARF: it was built with a changed gRPC; build it with an unchanged one",
    );
  return offsets;
}

function ownOffsets(structType: StreamSources['structType']): GrpcStreamOffsets | undefined {
  const fields = structType(`${TRANSPORT}.Stream`)?.fields;
  // A pointer to a ServerStream is one to its Stream only if that comes first.
  if ((structType(`${TRANSPORT}.ServerStream`)?.fields.get('Stream') ?? 0) !== 0) return undefined;
  const [context, method] = [fields?.get('ctx'), fields?.get('method')];
  return context === undefined || method === undefined ? undefined : { context, method };
}

function refused(version: string | undefined, why: string): MapscopeError {
  const message = `the fields of a request in ${MODULE} ${version ?? 'of an unknown version'} ${why}`;
  return new MapscopeError('TARGET_UNSUPPORTED', message, { facts: { version: version ?? '' } });
}
