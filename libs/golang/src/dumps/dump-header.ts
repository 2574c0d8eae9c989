/**
 * The line a goroutine begins with (Go 1.19 to 1.27, runtime/traceback.go, goroutineheader):
 *
 *     goroutine 12 [semacquire, 5 minutes, locked to thread]:
 *     goroutine 1 gp=0xc000002380 m=0 mp=0x5c3a40 [running]:        crash with GOTRACEBACK=system
 *     goroutine 7 [chan receive (durable), synctest bubble 6]:      1.25
 *     goroutine 9 [select] {"trace": "4bf9"}:                       1.26, labels
 */
export interface DumpHeader {
  readonly goid: number;
  /** the wait reason of a parked one, else running, runnable, syscall, … */
  readonly state: string;
  /** Go prints whole minutes, and none below one */
  readonly waitMinutes: number;
  readonly isLockedToThread: boolean;
}

const HEADER = /^goroutine (\d{1,16})(?: gp=\S+)?(?: m=\S+)?(?: mp=\S+)? \[([^\]]*)\](?: ?\{.*\})?:$/;
const MINUTES = /^(\d{1,12}) minutes$/;

export function parseHeader(line: string): DumpHeader | undefined {
  const header = HEADER.exec(line);
  if (header === null) return undefined;
  const [state = '', ...facts] = (header[2] ?? '').split(', ');
  const minutes = facts.map((fact) => MINUTES.exec(fact)?.[1]).find((number) => number !== undefined);
  return {
    goid: Number(header[1]),
    // Set while the collector scans the stack; the state is what it was.
    state: state.replace(/ \(scan\)$/, ''),
    waitMinutes: Number(minutes ?? 0),
    isLockedToThread: facts.includes('locked to thread'),
  };
}
