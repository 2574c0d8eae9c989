#!/usr/bin/env node
/** The commands that ask the API, as a program; `mapscope` (infra/mapscope) hands over to it. */
import { wantsHelp } from '@mapscope/events';
import { COMMANDS, isCommand } from './commands.ts';
import { helpOf, overview } from './core/help.ts';
import { thisMachine } from './core/machine.ts';
import { runCommand, tellFailure } from './core/run-command.ts';
import { unknownCommand } from './core/unknown-command.ts';

async function main([name = '', ...argv]: readonly string[]): Promise<number> {
  const machine = thisMachine();
  const isKnown = isCommand(name);
  if (wantsHelp([name, ...argv])) {
    machine.out(isKnown ? helpOf(name, COMMANDS[name]) : overview([{ title: 'Commands', commands: COMMANDS }]));
    return 0;
  }
  if (isKnown) return runCommand(COMMANDS[name], argv, machine);
  return tellFailure(unknownCommand(name, Object.keys(COMMANDS)), argv.includes('--json'), machine);
}

process.exit(await main(process.argv.slice(2)));
