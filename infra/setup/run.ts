/** Runs one command to its end and gives its output; failing says what was run, what it said and how to mend it. */
import { execFile } from 'node:child_process';
import { MapscopeError } from '@mapscope/events';

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** the sentence that tells a person what to do when it fails */
  readonly mend: string;
}

const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

export function run(command: string, args: readonly string[], options: RunOptions): Promise<string> {
  const env = { ...process.env, ...options.env };
  return new Promise((resolve, reject) => {
    execFile(command, [...args], { cwd: options.cwd, env, maxBuffer: MAX_OUTPUT_BYTES }, (error, stdout, stderr) => {
      if (error === null) return resolve(stdout);
      const said = `${stdout}${stderr}`.trim().split('\n').slice(-12).join('\n');
      reject(
        new MapscopeError(
          'SETUP_FAILED',
          `${command} ${args.join(' ')} failed: ${said || error.message}\n${options.mend}`,
          { cause: error },
        ),
      );
    });
  });
}
