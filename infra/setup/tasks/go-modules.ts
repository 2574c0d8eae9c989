/**
 * Go modules as source, out of Debian's packages, for the test programs of libs/probe/src/families/{trace,http}: the
 * OpenTelemetry SDK and gRPC, three versions each (seen 2026-11). Nothing is installed.
 *
 *            bookworm   trixie   unstable
 *   SDK      1.1        1.31     1.46
 *   gRPC     1.33       1.64     1.81
 */
import type { DataPaths } from '../../world/paths.ts';
import { ensureDebianProgram } from './debian-program.ts';

const SOURCES = 'usr/share/gocode/src';

type Package = readonly [name: string, module: string];
const EVERYWHERE: readonly Package[] = [
  ['golang-opentelemetry-otel-dev', 'go.opentelemetry.io/otel'],
  ['golang-golang-x-sys-dev', 'golang.org/x/sys'],
  ['golang-google-grpc-dev', 'google.golang.org/grpc'],
  ['golang-google-protobuf-dev', 'google.golang.org/protobuf'],
  ['golang-github-golang-protobuf-1-5-dev', 'github.com/golang/protobuf'],
  ['golang-google-genproto-dev', 'google.golang.org/genproto'],
  ['golang-golang-x-net-dev', 'golang.org/x/net'],
  ['golang-golang-x-text-dev', 'golang.org/x/text'],
];
const LATER: readonly Package[] = [
  ...EVERYWHERE,
  ['golang-github-go-logr-logr-dev', 'github.com/go-logr/logr'],
  ['golang-github-go-logr-stdr-dev', 'github.com/go-logr/stdr'],
  ['golang-github-google-uuid-dev', 'github.com/google/uuid'],
];

/** What the SDK's OTLP exporters need beside it, for the test that is asked for by name (apps/ingest, go-sdk). */
const EXPORTERS: readonly Package[] = [
  ['golang-opentelemetry-proto-dev', 'go.opentelemetry.io/proto/otlp'],
  ['golang-github-cenkalti-backoff-dev', 'github.com/cenkalti/backoff'],
  ['golang-github-grpc-ecosystem-grpc-gateway-dev', 'github.com/grpc-ecosystem/grpc-gateway'],
];

/** What they need to build, by suite: package, and the folder of the module in it. */
const PACKAGES: Readonly<Record<string, readonly Package[]>> = {
  bookworm: EVERYWHERE,
  trixie: process.env['MAPSCOPE_OTLP_GO'] === '1' ? [...LATER, ...EXPORTERS] : LATER,
  sid: [...LATER, ['golang-github-cespare-xxhash-v2-dev', 'github.com/cespare/xxhash']],
};

/** Says in words what became of it: where it cannot be fetched its tests skip, and everything else goes on. */
export async function ensureGoModules(paths: DataPaths): Promise<string> {
  try {
    for (const [suite, packages] of Object.entries(PACKAGES)) {
      for (const [name, module] of packages) await ensureDebianProgram(paths, name, `${SOURCES}/${module}`, suite);
    }
    return 'present';
  } catch (error) {
    return `not to be had, its tests will skip: ${error instanceof Error ? error.message : String(error)}`;
  }
}
