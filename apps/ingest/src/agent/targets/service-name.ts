/**
 * What a service is called when nobody tells the agent: as OpenTelemetry's SDKs would call it, from the environment the
 * process was started with; else after its program. Pure.
 *
 *   OTEL_SERVICE_NAME ─► service.name in OTEL_RESOURCE_ATTRIBUTES ─► main module ─► executable
 *   order                deployment=x,service.name=order             example.com/shop/order/v2 → order     /srv/order → order
 */
import { withoutDeleted } from '../choose-target.ts';

export interface NamedProcess {
  /** text of /proc/PID/environ; '' where it may not be read */
  readonly environ: string;
  /** of debug.BuildInfo.Main; '' where the binary has none */
  readonly modulePath: string;
  readonly exe: string;
}

/** As long as the words of mapscope.wanted.v1 may be (libs/rollout, wanted.ts): a longer name could not be switched off. */
const MAX_NAME = 200;

export function serviceName({ environ, modulePath, exe }: NamedProcess): string {
  const variables = environ.split('\0');
  const names = [
    valueOf(variables, 'OTEL_SERVICE_NAME'),
    resourceServiceName(valueOf(variables, 'OTEL_RESOURCE_ATTRIBUTES')),
    moduleName(modulePath),
    withoutDeleted(exe).split('/').at(-1) ?? '',
  ];
  return names.map((name) => name.trim()).find(isName) ?? 'unknown';
}

const isName = (name: string): boolean => name !== '' && name.length <= MAX_NAME && !/\p{Cc}/u.test(name);

function valueOf(variables: readonly string[], name: string): string {
  return variables.find((variable) => variable.startsWith(`${name}=`))?.slice(name.length + 1) ?? '';
}

/** OpenTelemetry specification, "Specifying resource information via an environment variable": W3C Baggage, percent-encoded. */
function resourceServiceName(attributes: string): string {
  const pair = attributes.split(',').find((candidate) => candidate.trimStart().startsWith('service.name='));
  const value = pair?.trimStart().slice('service.name='.length).trim() ?? '';
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

/** A major version is no name: https://go.dev/ref/mod#major-version-suffixes */
function moduleName(path: string): string {
  return (
    path
      .replace(/\/v[2-9]\d*$|\/v1\d+$|\.v\d+$/, '')
      .split('/')
      .at(-1) ?? ''
  );
}
