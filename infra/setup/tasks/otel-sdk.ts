/**
 * The OpenTelemetry SDK for Go, as source, out of Debian's packages: for the test programs of libs/probe/src/families/trace.
 * Three versions: bookworm has 1.1, trixie 1.31, unstable 1.46 (seen 2026-11). Nothing is installed.
 */
import type { DataPaths } from '../../world/paths.ts';
import { ensureDebianProgram } from './debian-program.ts';

const SOURCES = 'usr/share/gocode/src';
const OTEL = ['golang-opentelemetry-otel-dev', 'go.opentelemetry.io/otel'] as const;
const SYSTEM = ['golang-golang-x-sys-dev', 'golang.org/x/sys'] as const;
const SHARED = [
  OTEL,
  SYSTEM,
  ['golang-github-go-logr-logr-dev', 'github.com/go-logr/logr'],
  ['golang-github-go-logr-stdr-dev', 'github.com/go-logr/stdr'],
  ['golang-github-google-uuid-dev', 'github.com/google/uuid'],
] as const;

/** What the SDK needs to build, by suite: package, and the folder of the module in it. */
const PACKAGES: Readonly<Record<string, readonly (readonly [name: string, module: string])[]>> = {
  bookworm: [OTEL, SYSTEM],
  trixie: SHARED,
  sid: [...SHARED, ['golang-github-cespare-xxhash-v2-dev', 'github.com/cespare/xxhash']],
};

/** Says in words what became of it: where it cannot be fetched its tests skip, and everything else goes on. */
export async function ensureOtelSdks(paths: DataPaths): Promise<string> {
  try {
    for (const [suite, packages] of Object.entries(PACKAGES)) {
      for (const [name, module] of packages) await ensureDebianProgram(paths, name, `${SOURCES}/${module}`, suite);
    }
    return 'present';
  } catch (error) {
    return `not to be had, its tests will skip: ${error instanceof Error ? error.message : String(error)}`;
  }
}
