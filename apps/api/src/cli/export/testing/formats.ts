/**
 * What the readers of the files ask for, as far as we write it: speedscope's file-format-schema.json
 * (github.com/jlfwong/speedscope, src/lib/file-format-spec.ts) and Google's "Trace Event Format" (2016). Closed objects:
 * a field that is not in the format is a mistake.
 */
import { z } from 'zod';

const index = z.int().min(0);

const UNITS = ['bytes', 'microseconds', 'milliseconds', 'nanoseconds', 'none', 'seconds'] as const;

const frame = z.strictObject({
  name: z.string().min(1),
  file: z.string().optional(),
  line: z.number().optional(),
  col: z.number().optional(),
});
const extent = { name: z.string(), unit: z.enum(UNITS), startValue: z.number(), endValue: z.number() };
const evented = z.strictObject({
  type: z.literal('evented'),
  ...extent,
  events: z.array(z.strictObject({ type: z.enum(['O', 'C']), at: z.number(), frame: index })),
});
const sampled = z.strictObject({
  type: z.literal('sampled'),
  ...extent,
  samples: z.array(z.array(index)),
  weights: z.array(z.number().min(0)),
});

export const speedscopeFile = z.strictObject({
  $schema: z.literal('https://www.speedscope.app/file-format-schema.json'),
  name: z.string().optional(),
  exporter: z.string().optional(),
  activeProfileIndex: index.optional(),
  shared: z.strictObject({ frames: z.array(frame) }),
  profiles: z.array(z.discriminatedUnion('type', [evented, sampled])),
});

const id = z.int().min(0).max(0xffff_ffff);
const args = z.record(z.string(), z.union([z.string(), z.number()]));
const microseconds = z.number().min(0);

export const traceEventFile = z.strictObject({
  traceEvents: z.array(
    z.discriminatedUnion('ph', [
      z.strictObject({
        ph: z.literal('M'),
        name: z.enum(['process_name', 'thread_name', 'thread_sort_index']),
        pid: id,
        tid: id,
        args,
      }),
      z.strictObject({
        ph: z.literal('X'),
        name: z.string().min(1),
        cat: z.string(),
        ts: microseconds,
        dur: microseconds,
        pid: id,
        tid: id,
        args,
      }),
      z.strictObject({
        ph: z.literal('C'),
        name: z.string().min(1),
        ts: microseconds,
        pid: id,
        args: z.record(z.string(), z.number()),
      }),
    ]),
  ),
  displayTimeUnit: z.enum(['ms', 'ns']),
  otherData: z.record(z.string(), z.string()),
});
export type TraceEventFile = z.infer<typeof traceEventFile>;
export type SpeedscopeFile = z.infer<typeof speedscopeFile>;
