/** Roles of the program under measurement, as processes of their own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface Role {
  readonly child: ChildProcess;
  /** The event of that name, when it is told; rejects when the role ends without a word of it. */
  readonly said: (event: string) => Promise<Readonly<Record<string, unknown>>>;
}

export function startRole(role: string, args: readonly string[]): Role {
  const main = new URL('../../src/main.ts', import.meta.url).pathname;
  const words = ['--conditions=source', main, role, ...args, '--log-level', 'warn'];
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines: Readonly<Record<string, unknown>>[] = [];
  let heard = Promise.withResolvers<void>();
  let isOver = false;
  const wake = (): void => {
    heard.resolve();
    heard = Promise.withResolvers();
  };
  const reading = createInterface({ input: child.stdout });
  reading.on('line', (line) => {
    // Roles tell events as objects (src/process/reporter.ts).
    lines.push(JSON.parse(line) as Readonly<Record<string, unknown>>);
    wake();
  });
  reading.once('close', () => {
    isOver = true;
    wake();
  });
  const said: Role['said'] = async (event) => {
    for (;;) {
      const found = lines.find((line) => line['event'] === event);
      if (found !== undefined) return found;
      if (isOver) throw new Error(`the role ${role} ended before it was ${event}`);
      await heard.promise;
    }
  };
  return { child, said };
}
