/** Columns for a terminal or a pipe. Pure. */

export interface Column {
  readonly title: string;
  /** numbers stand at the right */
  readonly right?: boolean;
}

const GAP = '  ';

/** One line a row under a line of titles. Of what names come from outside, control characters are shown, not obeyed. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const shown = rows.map((row) => row.map(printable));
  const widths = columns.map(({ title }, at) => Math.max(title.length, ...shown.map((row) => widthOf(row[at] ?? ''))));
  const line = (cells: readonly string[]): string =>
    columns
      .map(({ right }, at) => padded(cells[at] ?? '', widths[at] ?? 0, right ?? false))
      .join(GAP)
      .trimEnd();
  return [line(columns.map(({ title }) => title)), ...shown.map(line)].join('\n');
}

/** A name with an escape sequence in it must not move the reader's cursor. */
export const printable = (text: string): string => text.replaceAll(/\p{Cc}/gu, '\uFFFD');

const widthOf = (text: string): number => Array.from(text).length;

function padded(text: string, width: number, right: boolean): string {
  const space = ' '.repeat(Math.max(0, width - widthOf(text)));
  return right ? space + text : text + space;
}

/** A line longer than the terminal would break and shift all below it. */
export const cut = (line: string, columns: number): string =>
  widthOf(line) <= columns
    ? line
    : `${Array.from(line)
        .slice(0, Math.max(0, columns - 1))
        .join('')}…`;
