/** Bodies that try to be more than data: to end it, to run as SQL, to name a file. */
/** Values that must come back as they went in. */
export function hostileTexts(file: string): readonly string[] {
  return [
    'a\n\nDROP TABLE canary;\n\n',
    "\n\nINSERT INTO canary VALUES (9, 'from a body')\n\n",
    "'); DROP TABLE canary; --",
    '"; TRUNCATE TABLE canary; --',
    '`;\r\n\r\nDROP TABLE canary\r\n\r\n',
    '\u0000\n\u0000\n\u0000; DROP TABLE canary',
    `\n\nSELECT 1 INTO OUTFILE '${file}' TRUNCATE\n\n`,
    `FROM INFILE '${file}' FORMAT CSV`,
    `@${file}`,
    '../../../canary/canary.csv',
    "\\'\\n\\n\\\\",
    '{s:String} ${s} $$ /* -- # */',
    '\n'.repeat(50),
    '',
  ];
}

/** The same as raw bodies, and bytes that no format is ready for. */
export function hostileBodies(file: string): readonly Uint8Array<ArrayBuffer>[] {
  const encoder = new TextEncoder();
  const texts = hostileTexts(file).map((text, i) => (i % 2 === 0 ? text : `("${text}",1)\n\n('${text}',1)\n\n${text}`));
  return [...texts.map((text) => encoder.encode(text)), ...binary()];
}

function binary(): readonly Uint8Array<ArrayBuffer>[] {
  const mark = new TextEncoder().encode('\n\nDROP TABLE canary\n\n');
  const random = new Uint8Array(4096).map((_, i) => (Math.imul(i + 1, 2_654_435_761) >>> 13) & 0xff);
  const magic = ['PAR1', 'ORC', 'ARROW1\0\0', 'Obj\u0001', '\u0093NUMPY\u0001\0', '\u0001\u0001'];
  return [
    new Uint8Array(1000).fill(0x0a),
    new Uint8Array([0xff, 0xfe, 0x0a, 0x0a, ...mark]),
    new Uint8Array([...random, ...mark, ...random]),
    // a length of four thousand million, then nothing
    new Uint8Array([0xff, 0xff, 0xff, 0xff, 0x0f, 0x0a, 0x0a]),
    ...magic.map((start) => new Uint8Array([...new TextEncoder().encode(start), ...mark, 0x0a, 0x0a])),
  ];
}
