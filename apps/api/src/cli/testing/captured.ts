/** A command as it is run, with everything it says kept. */
import { type CommandName, COMMANDS } from '../commands.ts';
import { type Machine, runCommand } from '../core/run-command.ts';

export interface Captured {
  readonly status: number;
  readonly out: string;
  readonly err: string;
  readonly files: ReadonlyMap<string, Uint8Array>;
}

export interface CaptureOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly terminal?: { readonly rows: number; readonly columns: number };
  readonly bytes?: Readonly<Record<string, Uint8Array>>;
  readonly texts?: Readonly<Record<string, string>>;
  /** called with all of stdout each time something was said; gives whether to stop */
  readonly stopWhen?: (out: string) => boolean;
}

/** @param line the words, split at spaces */
export async function capture(url: string, line: string, options: CaptureOptions = {}): Promise<Captured> {
  const [name = '', ...argv] = line.split(' ');
  const stop = new AbortController();
  const files = new Map<string, Uint8Array>();
  let [out, err] = ['', ''];
  const say = (text: string): void => {
    out += text;
    if (options.stopWhen?.(out) === true) stop.abort();
  };
  const machine: Machine = {
    env: { MAPSCOPE_URL: url, ...options.env },
    fetch: (address, init) => fetch(address, init),
    readBytes: (path) => options.bytes?.[path] ?? new Uint8Array(),
    readText: (path) => options.texts?.[path] ?? '',
    writeFile: (path, bytes) => void files.set(path, bytes),
    out: (text) => say(`${text}\n`),
    outBytes: (bytes) => say(new TextDecoder().decode(bytes)),
    err: (text) => void (err += `${text}\n`),
    terminal: () => options.terminal,
    stop: stop.signal,
    pause: () => new Promise((resolve) => setTimeout(resolve, 1)),
    nowUnixNanos: () => BigInt(Date.now()) * 1_000_000n,
  };
  // A test names commands there are.
  const status = await runCommand(COMMANDS[name as CommandName], argv, machine);
  return { status, out, err, files };
}
