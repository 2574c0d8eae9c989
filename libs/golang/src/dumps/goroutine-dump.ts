/**
 * The text Go writes of its goroutines: /debug/pprof/goroutine?debug=2, a crash, SIGQUIT. Used by `mapscope dump`. Pure.
 *
 *     goroutine 41 [select, 2 minutes]:
 *     net/http.(*persistConn).writeLoop(0xc00021e240)
 *     	net/http/transport.go:2600 +0x9c
 *     created by net/http.(*Transport).dialConn in goroutine 40       "in goroutine" since Go 1.21
 *     	net/http/transport.go:1948 +0x174f
 *     [originating from goroutine 40]:                                GODEBUG=tracebackancestors
 *
 * Nothing is thrown away unseen: lines that are none of this (a panic's message, registers, log lines) are counted.
 */
import { MapscopeError } from '@mapscope/events';
import { type DumpHeader, parseHeader } from './dump-header.ts';

export interface DumpFrame {
  readonly function: string;
  /** as printed: "0xc00021e240, {0x1, 0x2}", "..." of an inlined call */
  readonly arguments: string;
  /** '' and 0 where the text ends before them */
  readonly file: string;
  readonly line: number;
}

export interface DumpedGoroutine extends DumpHeader {
  /** innermost first */
  readonly frames: readonly DumpFrame[];
  /** Go leaves out the middle of stacks deeper than 100 frames; where it does not say how many, 1 */
  readonly elidedFrames: number;
  readonly creator: DumpFrame | undefined;
  /** since Go 1.21 */
  readonly creatorGoid: number | undefined;
  readonly ancestors: readonly number[];
}

export interface GoroutineDump {
  readonly goroutines: readonly DumpedGoroutine[];
  readonly unreadLines: number;
  /** the first of them, to look at */
  readonly unreadSamples: readonly string[];
  /** the text ends within a goroutine: Go itself stops debug=2 at 64 MB (runtime/pprof, writeGoroutineStacks) */
  readonly isCut: boolean;
}

const MAX_SAMPLES = 5;
const MAX_SAMPLE_CHARACTERS = 120;
const PLACE = /^\s+(.+):(\d{1,9})(?: \+0x[0-9a-f]+)?(?: (?:fp|pc)=.*)?$/;
const CREATED = /^created by (.+?)(?: in goroutine (\d+))?$/;
const ORIGIN = /^\[originating from goroutine (\d+)\]:$/;
const ELIDED = /^\.\.\.(?:(\d+)|additional) frames elided\.\.\.$/;
const CALL = /^[^\s(].*\(.*\)$/;
/** Instead of frames, of one that runs at this moment (traceback.go, tracebackothers). */
const UNAVAILABLE = /^\s+goroutine running on other thread; stack unavailable$/;

interface Mutable {
  header: DumpHeader;
  frames: DumpFrame[];
  elidedFrames: number;
  creator: DumpFrame | undefined;
  creatorGoid: number | undefined;
  ancestors: number[];
}

/** Throws CONFIG_INVALID where there is no goroutine in it. */
export function parseGoroutineDump(text: string): GoroutineDump {
  const lines = text.split(/\r?\n/);
  const goroutines: DumpedGoroutine[] = [];
  const unread: string[] = [];
  let unreadLines = 0;
  let current: Mutable | undefined;
  const close = (): void => {
    if (current !== undefined) goroutines.push(closed(current));
  };
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? '';
    if (line === '') continue;
    const header = parseHeader(line);
    if (header !== undefined) {
      close();
      current = opened(header);
      continue;
    }
    // A thread's own stack is none of the goroutine before it.
    if (line === 'runtime stack:') {
      close();
      current = undefined;
    }
    const used = current === undefined ? 0 : take(current, line, lines[at + 1] ?? '');
    if (used === 0) {
      unreadLines++;
      if (unread.length < MAX_SAMPLES) unread.push(line.slice(0, MAX_SAMPLE_CHARACTERS));
    } else at += used - 1;
  }
  close();
  if (goroutines.length === 0) throw notADump(text);
  return { goroutines, unreadLines, unreadSamples: unread, isCut: endsWithin(goroutines.at(-1)) };
}

const opened = (header: DumpHeader): Mutable => ({
  header,
  frames: [],
  elidedFrames: 0,
  creator: undefined,
  creatorGoid: undefined,
  ancestors: [],
});

const closed = ({ header, ...rest }: Mutable): DumpedGoroutine => ({ ...header, ...rest });

/** @returns how many lines it took; 0: this is no line of a goroutine */
function take(goroutine: Mutable, line: string, next: string): number {
  if (UNAVAILABLE.test(line)) return 1;
  const elided = ELIDED.exec(line);
  if (elided !== null) {
    goroutine.elidedFrames += Number(elided[1] ?? 1);
    return 1;
  }
  const origin = ORIGIN.exec(line);
  if (origin !== null) {
    goroutine.ancestors.push(Number(origin[1]));
    return 1;
  }
  return takeFrame(goroutine, line, PLACE.exec(next));
}

function takeFrame(goroutine: Mutable, line: string, place: RegExpExecArray | null): number {
  const used = place === null ? 1 : 2;
  const [file, number] = [place?.[1] ?? '', Number(place?.[2] ?? 0)];
  const created = CREATED.exec(line);
  if (created === null && place === null && !CALL.test(line)) return 0;
  // An ancestor's stack and creator say where this one came from, not where it stands.
  if (goroutine.ancestors.length > 0) return used;
  if (created !== null) {
    goroutine.creator = { function: created[1] ?? '', arguments: '', file, line: number };
    goroutine.creatorGoid = created[2] === undefined ? undefined : Number(created[2]);
    return used;
  }
  // Arguments hold no parenthesis of their own; "non-Go function" has none at all.
  const open = line.endsWith(')') ? line.lastIndexOf('(') : -1;
  const name = open < 0 ? line.trim() : line.slice(0, open);
  const values = open < 0 ? '' : line.slice(open + 1, -1);
  goroutine.frames.push({ function: name, arguments: values, file, line: number });
  return used;
}

function endsWithin(last: DumpedGoroutine | undefined): boolean {
  const end = last?.creator ?? last?.frames.at(-1);
  return end === undefined ? last?.state !== 'running' : end.file === '';
}

function notADump(text: string): MapscopeError {
  return new MapscopeError('CONFIG_INVALID', `this is no goroutine dump: ${whatItIs(text)}`);
}

function whatItIs(text: string): string {
  const start = text.trimStart().slice(0, 200);
  const take = 'take /debug/pprof/goroutine?debug=2';
  if (start === '') return `it is empty; ${take}, or what the program wrote at SIGQUIT`;
  if (/^<(?:!doctype|html|\?xml)/i.test(start)) return `it is a page of HTML, perhaps a proxy's error; ${take}`;
  if (start.startsWith('goroutine profile: total')) return `it is the summary of debug=1, without states; ${take}`;
  if (/^--- (?:mutex|contention):/.test(start))
    return 'it is a profile as text; take it without debug=1 and give it to "mapscope profile"';
  if (/\p{Cc}/u.test(start.replaceAll(/[\t\r\n]/g, '')))
    return `it is no text; if it is a profile, give it to "mapscope profile", else ${take}`;
  return `no line in it is like "goroutine 1 [running]:"; ${take}`;
}
