/** What the systemd units say, read as systemd does as far as these files go: one setting a line. */
import { readdirSync, readFileSync } from 'node:fs';

const FOLDER = new URL('systemd/', import.meta.url);
const read = (file: string): string => readFileSync(new URL(file, FOLDER), 'utf8');

export interface Unit {
  readonly file: string;
  readonly text: string;
  /** main.js without /opt/mapscope, then what it is given */
  readonly program: string;
  readonly argv: readonly string[];
  readonly capabilities: readonly string[];
}

export function readUnits(): readonly Unit[] {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith('.service'));
  return files.map((file) => {
    const text = read(file);
    const [, program = '', ...argv] = setting(text, 'ExecStart').split(' ');
    const capabilities = setting(text, 'CapabilityBoundingSet').split(' ').filter(Boolean);
    return { file, text, program: program.replace('/opt/mapscope/', ''), argv, capabilities };
  });
}

const setting = (text: string, name: string): string => new RegExp(`^${name}=(.*)$`, 'm').exec(text)?.[1] ?? '';

/** Also the ones that are switched off by a # in front. */
export function readEnvironment(): Readonly<Record<string, string>> {
  const pairs = [...read('mapscope.env').matchAll(/^#?([A-Z][A-Z_]+)=(.*)$/gm)];
  return Object.fromEntries(pairs.map(([, name = '', value = '']) => [name, value]));
}
