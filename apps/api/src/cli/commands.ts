/** The commands that ask the API. One line each; help, the page of all commands and completions are made of this table. */
import type { Command } from './core/command.ts';
import { compare } from './commands/compare.ts';
import { dump } from './commands/dump.ts';
import { exported } from './commands/export.ts';
import { policies } from './commands/policies.ts';
import { profile } from './commands/profile.ts';
import { attach, detach, probes } from './commands/probes.ts';
import { tail } from './commands/tail.ts';
import { top } from './commands/top.ts';
import { trace } from './commands/trace.ts';
import { why } from './commands/why.ts';

export const COMMANDS = {
  why,
  top,
  tail,
  trace,
  compare,
  export: exported,
  probes,
  attach,
  detach,
  policies,
  dump,
  profile,
} as const satisfies Record<string, Command>;

export type CommandName = keyof typeof COMMANDS;

export const isCommand = (name: string): name is CommandName => Object.hasOwn(COMMANDS, name);
