/** For tests and benches: runs a program that answers each line of its standard input with one of its standard output. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

export interface TalkingTarget extends AsyncDisposable {
  readonly pid: number;
  /** the program's next line after the command */
  readonly ask: (command: string) => Promise<string>;
  readonly exited: Promise<unknown>;
}

/** Resolves once the program has said its first line. */
export async function talkTo(executable: string, environment: NodeJS.ProcessEnv = {}): Promise<TalkingTarget> {
  const env = { ...process.env, ...environment };
  const child = spawn(executable, { env, stdio: ['pipe', 'pipe', 'ignore'] });
  const exited = once(child, 'exit');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const nextLine = async (): Promise<string> => String((await lines.next()).value);
  await nextLine();
  return {
    pid: child.pid ?? 0,
    exited,
    ask: (command) => {
      child.stdin.write(`${command}\n`);
      return nextLine();
    },
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
      await exited;
    },
  };
}

/** type worker of testdata/goroutines/main.go */
export interface OwnWorker {
  readonly Kind: string;
  readonly Goid: number;
  readonly Reason: string;
  readonly Parks: number;
}

export async function work(target: TalkingTarget, rounds: number): Promise<readonly OwnWorker[]> {
  // The program is ours.
  return JSON.parse(await target.ask(`work ${rounds}`)) as readonly OwnWorker[];
}
