/** One command from its words to its exit status. Everything of the machine comes in. */
import { ERROR_CODES, MapscopeError } from '@mapscope/events';
import { type ApiClientOptions, apiClient } from './api-client.ts';
import type { Command, CommandSources, CommonConfig, World } from './command.ts';
import { keyOf } from './key.ts';

export interface Machine extends Omit<World, 'api'> {
  readonly env: CommandSources['env'];
  readonly fetch: ApiClientOptions['fetch'];
}

/** As shells do: 128 + the number of SIGINT. */
const INTERRUPTED = 130;

export async function runCommand(command: Command, argv: readonly string[], machine: Machine): Promise<number> {
  const { env, fetch, readText, stop } = machine;
  try {
    const { common, run } = command.start({ argv, env });
    const api = apiClient({ url: common.url, key: readKey(common, env, readText), fetch });
    return await run({ ...machine, api });
  } catch (error) {
    if (stop.aborted) return INTERRUPTED;
    return tellFailure(error, wantsJson(argv), machine);
  }
}

const readKey = ({ keyFile }: CommonConfig, env: Machine['env'], readText: Machine['readText']): string | undefined =>
  keyFile === undefined ? keyOf(env['MAPSCOPE_KEY'], 'MAPSCOPE_KEY') : keyOf(readText(keyFile), keyFile);

/** The words could not be read, perhaps: then this is what they look like. */
const wantsJson = (argv: readonly string[]): boolean => argv.includes('--json');

/** @returns the exit status of its code */
export function tellFailure(error: unknown, json: boolean, { out, err }: Pick<World, 'out' | 'err'>): number {
  const code = error instanceof MapscopeError ? error.code : 'INTERNAL';
  const message = error instanceof Error ? error.message : String(error);
  if (json) out(JSON.stringify({ error: { code, message } }));
  // An error without a code is a mistake of ours: its stack is what helps.
  const stack = error instanceof Error && !(error instanceof MapscopeError) ? `\n${error.stack ?? ''}` : '';
  err(`${code}: ${message}${stack}`);
  return ERROR_CODES[code].exit;
}
