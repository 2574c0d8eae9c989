/** Which function of a stack is the program's own, and what it belongs to. Names are those Go prints. Pure. */

/** Packages runtime, sync, internal and those under them: only the standard library's paths may begin so. */
const LIBRARY = /^(?:runtime|sync|internal)(?:\/[^.]*)?\./;

export const isLibraryFunction = (name: string): boolean => LIBRARY.test(name);

interface Named {
  readonly function: string;
}

/** The innermost frame outside runtime and sync; the innermost of all where there is none. */
export const userFrame = <F extends Named>(frames: readonly F[]): F | undefined =>
  frames.find((frame) => !isLibraryFunction(frame.function)) ?? frames[0];

/** What the program called: the outermost frame of runtime and sync before its own, as sync.(*RWMutex).Lock. */
export function calledOperation(frames: readonly Named[]): string {
  const end = frames.findIndex((frame) => !isLibraryFunction(frame.function));
  return frames[(end < 0 ? frames.length : end) - 1]?.function ?? '';
}

/**
 * What shares a receiver, or is a closure of the same function, has the same scope.
 *
 *     example.com/shop.(*Cache[...]).Get.func1 → example.com/shop.(*Cache)
 *     main.work, main.work.func2               → main.work
 */
export function scopeOf(name: string): string {
  const plain = name.replaceAll(/\[[^\]]*\]/g, '');
  const pathEnd = plain.lastIndexOf('/') + 1;
  const first = plain.indexOf('.', pathEnd);
  if (first < 0) return plain;
  const rest = plain.slice(first + 1);
  const end = rest.startsWith('(') ? rest.indexOf(')') + 1 : rest.indexOf('.');
  return end <= 0 ? plain : plain.slice(0, first + 1 + end);
}
