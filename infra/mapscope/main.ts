/**
 * `npx mapscope why order`, `npm run mapscope -- doctor`: one program for all commands. It answers what is about the commands
 * themselves (help, config, completions) and hands everything else over to who carries it out.
 */
import { MapscopeError, readConfig, wantsHelp } from '@mapscope/events';
import { isCommand } from '../../apps/api/src/cli/commands.ts';
import { tellFailure } from '../../apps/api/src/cli/core/run-command.ts';
import { COLLECTOR, COMPLETIONS_OPTIONS, HERE, SHELLS, type Here, isCollector, isHere } from './names.ts';

const out = (text: string): void => void process.stdout.write(`${text}\n`);
const err = (text: string): void => void process.stderr.write(`${text}\n`);
/** Both read their words from process.argv themselves, and end the process. */
const run = (main: string): Promise<unknown> => import(new URL(`../../apps/${main}`, import.meta.url).href);

async function main([name = '', ...argv]: readonly string[]): Promise<void> {
  if (wantsHelp([name, ...argv])) return out((await import('./help.ts')).helpText(name, argv));
  if (isHere(name)) return answerHere(name, argv);
  if (isCollector(name, argv)) return void (await run('ingest/dist/main.js'));
  if (isCommand(name)) return void (await run('api/dist/cli/main.js'));
  const { unknownCommand } = await import('../../apps/api/src/cli/core/unknown-command.ts');
  const { COMMANDS } = await import('../../apps/api/src/cli/commands.ts');
  throw unknownCommand(name, [...Object.keys(COMMANDS), ...Object.keys(COLLECTOR), ...Object.keys(HERE)]);
}

async function answerHere(name: Here, argv: readonly string[]): Promise<void> {
  switch (name) {
    case 'config': {
      const { configCommand } = await import('./config.ts');
      const { text, json } = configCommand(
        argv.filter((word) => word !== '--json'),
        process.env,
      );
      return out(argv.includes('--json') ? JSON.stringify(json) : text);
    }
    case 'completions': {
      const { shell } = readConfig(COMPLETIONS_OPTIONS, { argv, env: {} });
      const known = SHELLS.find((each) => each === shell[0]);
      if (known === undefined)
        throw new MapscopeError(
          'CONFIG_INVALID',
          `"${shell[0] ?? ''}" is no shell known here: give ${SHELLS.join(', ')}`,
        );
      return out((await import('./help.ts')).completions(known));
    }
  }
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  process.exitCode = tellFailure(error, process.argv.includes('--json'), { out, err });
}
