/** What a capture says of the run it was made from: enough to label a replay, and nothing that judges. Pure. */

export interface CaptureHeader {
  /** RFC 3339, UTC: when the agent started */
  readonly recordedAt: string;
  /** release of the Linux kernel, e.g. 6.18.1 */
  readonly kernel: string;
  /** of the watched program, e.g. go1.24.4 */
  readonly goVersion: string;
  readonly buildId: string;
  /** platform tag of all rows */
  readonly platform: string;
  readonly service: string;
  /** the recording agent's id; a replay has one of its own */
  readonly agent: string;
}

const FIELDS = ['recordedAt', 'kernel', 'goVersion', 'buildId', 'platform', 'service', 'agent'] as const;

/** Fields of later versions are left aside; undefined: this is no header. */
export function parseHeader(json: string): CaptureHeader | undefined {
  const value = parseObject(json);
  if (value === undefined) return undefined;
  const texts = FIELDS.map((name) => [name, value[name]] as const);
  if (texts.some(([, text]) => typeof text !== 'string')) return undefined;
  if (Number.isNaN(Date.parse(String(value['recordedAt'])))) return undefined;
  // All fields were seen to be texts in the lines above.
  return Object.fromEntries(texts) as unknown as CaptureHeader;
}

function parseObject(json: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(json);
    // A JSON object is a record of unknown values; arrays lack the fields that are looked for.
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
