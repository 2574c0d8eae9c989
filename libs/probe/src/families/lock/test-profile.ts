/**
 * For integration tests: a CPU profile for `go build -pgo` in which calls of sema.go are all there is, so that the compiler
 * inlines them. Just what cmd/compile reads of it: calls, by function and by line within the caller. Format:
 * github.com/google/pprof/proto/profile.proto; the numbers below are its fields'.
 */
import { readFileSync } from 'node:fs';

/** What family lock probes, and where runtime/sema.go calls it. */
const CALLS = {
  'runtime.(*semaRoot).queue': { caller: 'semacquire1', code: 'root.queue(addr' },
  'runtime.readyWithTime': { caller: 'semrelease1', code: 'readyWithTime(s' },
  'runtime.releaseSudog': { caller: 'semacquire1', code: 'releaseSudog(s)' },
} as const;
type Callee = keyof typeof CALLS;
export const WAITING = ['runtime.(*semaRoot).queue', 'runtime.readyWithTime', 'runtime.releaseSudog'] as const;

const PROFILE = { sampleType: 1, sample: 2, location: 4, function: 5, string: 6, duration: 10 };
const TYPE = { type: 1, unit: 2 };
const SAMPLE = { location: 1, value: 2 };
const LOCATION = { id: 1, line: 4 };
const LINE = { function: 1, line: 2 };
const FUNCTION = { id: 1, name: 2, systemName: 3, startLine: 5 };

export function profileOfWaiting(goRoot: string, hot: readonly Callee[]): Uint8Array {
  const source = readFileSync(`${goRoot}/src/runtime/sema.go`, 'utf8').split('\n');
  const texts = ['', 'samples', 'count', 'cpu', 'nanoseconds'];
  const text = (value: string): number => texts.push(value) - 1;
  const place = (id: number, name: string, begin: number, line: number): readonly number[] => {
    const named = text(name);
    return [
      ...message(PROFILE.function, { id, name: named, systemName: named, startLine: begin }, FUNCTION),
      ...field(PROFILE.location, [...field(LOCATION.id, id), ...message(LOCATION.line, { function: id, line }, LINE)]),
    ];
  };
  const calls = hot.flatMap((callee, index) => {
    const { caller, code } = CALLS[callee];
    const begin = source.findIndex((line) => line.startsWith(`func ${caller}(`));
    const call = source.findIndex((line, at) => at > begin && line.includes(code));
    const [inner, outer] = [2 * index + 1, 2 * index + 2];
    const sample = [...field(SAMPLE.location, [inner, outer]), ...field(SAMPLE.value, [100, ...varint(1e9)])];
    return [
      ...place(inner, callee, 1, 1),
      ...place(outer, `runtime.${caller}`, begin + 1, call + 1),
      ...field(PROFILE.sample, sample),
    ];
  });
  const types = [1, 3].flatMap((type) => message(PROFILE.sampleType, { type, unit: type + 1 }, TYPE));
  const strings = texts.flatMap((value) => field(PROFILE.string, [...Buffer.from(value)]));
  return Uint8Array.from([...types, ...calls, ...strings, ...field(PROFILE.duration, 1e9)]);
}

function message<K extends string>(
  number: number,
  values: Readonly<Record<K, number>>,
  numbers: Readonly<Record<K, number>>,
): readonly number[] {
  // Object.entries widens the keys to string; they are those of the record given.
  const entries = Object.entries(values) as [K, number][];
  return field(
    number,
    entries.flatMap(([name, value]) => field(numbers[name], value)),
  );
}

/** https://protobuf.dev/programming-guides/encoding/: wire type 0 is a number, 2 are bytes. */
const field = (number: number, value: number | readonly number[]): readonly number[] =>
  typeof value === 'number'
    ? [...varint(number << 3), ...varint(value)]
    : [...varint((number << 3) | 2), ...varint(value.length), ...value];

const varint = (value: number): readonly number[] =>
  value < 128 ? [value] : [(value & 127) | 128, ...varint(Math.floor(value / 128))];
