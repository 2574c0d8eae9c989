/** Rows of any table by the types of its columns: row n differs from every other in each column wide enough for it. */

export interface AnyColumn {
  readonly name: string;
  readonly type: string;
}

/** Where a view looks at a value. */
const VALUES: Readonly<Record<string, string>> = { SpanKind: "'Server'" };

/** `rows` of them, from the `from`-th on; the first is of `fromUnixSeconds`. */
export function insertAnyRows(
  table: string,
  columns: readonly AnyColumn[],
  { from, rows, fromUnixSeconds }: { readonly from: number; readonly rows: number; readonly fromUnixSeconds: number },
): string {
  const names = columns.map(({ name }) => `\`${name}\``).join(', ');
  const values = columns.map(({ name, type }) => VALUES[name] ?? valueOf(type, fromUnixSeconds)).join(', ');
  return `INSERT INTO ${table} (${names}) SELECT ${values} FROM numbers(${from}, ${rows})`;
}

function valueOf(type: string, fromUnixSeconds: number): string {
  const [, outer = '', inside = ''] = /^(\w+)(?:\((.*)\))?$/s.exec(type) ?? [];
  const of = (inner: string): string => valueOf(inner, fromUnixSeconds);
  switch (outer) {
    case 'LowCardinality':
      return of(inside);
    case 'String':
      return "concat('w', toString(number))";
    case 'FixedString':
      return `toFixedString(leftPad(toString(number), ${inside}, 'f'), ${inside})`;
    case 'DateTime':
    case 'DateTime64':
      return `toDateTime64(${fromUnixSeconds} + number, 3, 'UTC')`;
    case 'Array':
      return `[${of(inside)}, ${of(inside)}]`;
    case 'Map': {
      const [key = '', value = ''] = inside.split(', ');
      return `map(${of(key)}, ${of(value)})`;
    }
    case 'Bool':
      return 'number % 2';
    default:
      if (/^(U?Int|Float)\d+$/.test(outer)) return 'number';
      throw new Error(`no rule for a value of type ${type}: add one to any-rows.ts`);
  }
}
