/**
 * Where a span of the OpenTelemetry SDK for Go keeps its ids and times: go.opentelemetry.io/otel/sdk/trace.recordingSpan.
 * Asked for by libs/probe, which reads them in a live program. The program's own DWARF says it; without it (go build
 * -ldflags=-w or -s) the version of the SDK's module decides, and no version is guessed.
 *
 *   v1.1          mu 0 │ parent 8 │ … startTime 96 │ endTime 120 │ … resource, instrumentationLibrary │ spanContext 232
 *   v1.5          mu 0 │ parent 8 │ … startTime 96 │ endTime 120 │ status, childSpanCount │ spanContext 176
 *   v1.20 … 1.46  Span 0 │ mu 16 │ parent 24 │ … startTime 112 │ endTime 136 │ status, childSpanCount │ spanContext 192
 *
 * Numbers from the DWARF of programs with v1.1.0, v1.31.0 and v1.46.0 (otel-span.integration.test.ts) and from the struct in
 * sdk/trace/span.go of v1.5.0, v1.20.0 and v1.27.0. Between two of these that are the same the versions count as the same:
 * the probe checks at each span's beginning that what it reads can be one, and says so where it cannot.
 */
import { MapscopeError } from '@mapscope/events';
import type { GoModule } from '../buildinfo/module-info.ts';
import type { StructType } from '../dwarf/go-types.ts';

export interface OtelSpanOffsets {
  /** trace.SpanContext: traceID 16 bytes, then spanID 8 bytes; zero for a root */
  readonly parent: number;
  /** time.Time: all zero only before it is set */
  readonly startTime: number;
  readonly endTime: number;
  /** trace.SpanContext */
  readonly spanContext: number;
}

const SDK_MODULE = 'go.opentelemetry.io/otel/sdk';
const SPAN = `${SDK_MODULE}/trace.recordingSpan`;
const SPAN_CONTEXT = 'go.opentelemetry.io/otel/trace.SpanContext';
const FIELDS = ['parent', 'startTime', 'endTime', 'spanContext'] as const;

interface Known {
  /** minor versions of v1, both included */
  readonly from: number;
  readonly to: number;
  readonly offsets: OtelSpanOffsets;
}

const KNOWN: readonly Known[] = [
  { from: 1, to: 1, offsets: { parent: 8, startTime: 96, endTime: 120, spanContext: 232 } },
  { from: 5, to: 5, offsets: { parent: 8, startTime: 96, endTime: 120, spanContext: 176 } },
  { from: 20, to: 46, offsets: { parent: 24, startTime: 112, endTime: 136, spanContext: 192 } },
];

export interface SpanSources {
  /** of the program's DWARF, if any */
  readonly structType: (name: string) => StructType | undefined;
  readonly dependencies: readonly GoModule[];
}

/** TARGET_UNSUPPORTED where neither DWARF nor the module's version tells, or where they disagree. */
export function otelSpanOffsets({ structType, dependencies }: SpanSources): OtelSpanOffsets {
  const version = dependencies.find(({ path }) => path === SDK_MODULE)?.version;
  const known = version === undefined ? undefined : knownOffsets(version);
  const own = ownOffsets(structType);
  if (own === undefined && known === undefined) throw unknown(version);
  if (own !== undefined && known !== undefined && FIELDS.some((field) => own[field] !== known[field]))
    throw changed(version ?? '');
  // One of the two is there.
  return (own ?? known) as OtelSpanOffsets;
}

/** Released versions only: what a commit or a fork in between looks like is not known. */
function knownOffsets(version: string): OtelSpanOffsets | undefined {
  const minor = Number(/^v1\.(\d+)\.\d+$/.exec(version)?.[1]);
  return KNOWN.find(({ from, to }) => from <= minor && minor <= to)?.offsets;
}

/** undefined too where the span does not look as the probe reads it. */
function ownOffsets(structType: SpanSources['structType']): OtelSpanOffsets | undefined {
  const [span, context] = [structType(SPAN), structType(SPAN_CONTEXT)];
  if (context?.fields.get('traceID') !== 0 || context.fields.get('spanID') !== 16) return undefined;
  const at = (field: (typeof FIELDS)[number]): number => span?.fields.get(field) ?? Number.NaN;
  const offsets = {
    parent: at('parent'),
    startTime: at('startTime'),
    endTime: at('endTime'),
    spanContext: at('spanContext'),
  };
  return Object.values(offsets).some(Number.isNaN) ? undefined : offsets;
}

function unknown(version: string | undefined): MapscopeError {
  const which = version === undefined ? `${SDK_MODULE} of an unknown version` : `${SDK_MODULE} ${version}`;
  const ranges = KNOWN.map(({ from, to }) => (from === to ? `v1.${from}` : `v1.${from} to v1.${to}`)).join(', ');
  const message = `the fields of a span in ${which} are not known without DWARF; build the program without -ldflags=-w (and -s), or with ${ranges}`;
  return new MapscopeError('TARGET_UNSUPPORTED', message, { facts: { version: version ?? '' } });
}

function changed(version: string): MapscopeError {
  const message = `the fields of a span stand elsewhere by the program's DWARF than in ${SDK_MODULE} ${version}: it was built with a changed SDK; build it with an unchanged one`;
  return new MapscopeError('TARGET_UNSUPPORTED', message, { facts: { version } });
}
