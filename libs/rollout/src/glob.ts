/** Globs over paths: `*` stays within a segment, `**` crosses segments, `?` is one character. Nothing else is special. */
export function globMatches(glob: string, path: string): boolean {
  return compile(glob).test(path);
}

function compile(glob: string): RegExp {
  const parts = glob.split(/(\*\*|\*|\?)/).map((part) => {
    if (part === '**') return '.*';
    if (part === '*') return '[^/]*';
    if (part === '?') return '[^/]';
    return part.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`);
  });
  return new RegExp(`^${parts.join('')}$`, 's');
}
