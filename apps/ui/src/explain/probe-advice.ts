/** Probes that would tell more, and the command that switches them on. Pure. */

export interface ProbeAdvice {
  readonly family: string;
  readonly why: string;
  /** undefined: it is on already */
  readonly command: string | undefined;
}

/** A selector ends a term with a comma and a selector with a semicolon, and knows no way to quote them. */
const SELECTABLE = /^[^,;]+$/;

/** What an agent takes without `--families` (apps/ingest/src/agent/options.ts); naming families replaces them. */
export const DEFAULT_FAMILIES = ['lock', 'http', 'trace', 'client', 'fatal', 'gc'] as const;

/** "client: how long calls to other services took"; "goroutine is on: take a dump …" */
export function probeAdvice(advice: string, service: string): ProbeAdvice {
  const [, family = '', isOn, why = ''] = /^([a-z]+)( is on)?: (.*)$/s.exec(advice) ?? [];
  if (family === '') return { family: '', why: advice, command: undefined };
  return {
    family,
    why,
    command: isOn === undefined && SELECTABLE.test(service) ? agentCommand(family, service) : undefined,
  };
}

function agentCommand(family: string, service: string): string {
  const families = [...new Set<string>([...DEFAULT_FAMILIES, family])].join(',');
  return `npm run mapscope -- agent --target ${inShell(`service=${service}`)} --families ${families}`;
}

/** A name is somebody else's text: quoted, unless it is plain, so that a copied command does nothing but attach. */
const inShell = (text: string): string =>
  /^[\w=./:-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
