import { useEffect, useRef, useState } from 'react';
import { Palette } from '../palette/palette.tsx';
import { hrefOf } from '../router/query.ts';
import { navigate } from '../router/use-route.ts';
import { NO_CHORD, press } from './chord.ts';
import { KeyHelp } from './key-help.tsx';

type Shown = 'nothing' | 'keys' | 'palette';

/** Whoever writes means the letter, not what it would do. */
function isWriting(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('input, textarea, select, [contenteditable], dialog') !== null;
}

/** The keys that hold on every page. */
function useKeys(show: (what: Shown) => void): void {
  const chord = useRef(NO_CHORD);
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        show('palette');
        return;
      }
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isWriting(event.target)) return;
      if (event.key === '?') return show('keys');
      const pressed = press(chord.current, event.key, performance.now());
      chord.current = pressed.chord;
      if (pressed.page !== undefined) navigate(hrefOf(pressed.page));
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [show]);
}

const FIND = 'Ctrl K: find a page, a service or a trace';

/** In the header: what the keys open, for those who click. */
export function Keys() {
  const [shown, setShown] = useState<Shown>('nothing');
  useKeys(setShown);
  const close = (): void => setShown('nothing');
  return (
    <span className="shortcuts">
      <button
        type="button"
        className="nav-link shortcut"
        aria-label={FIND}
        title={FIND}
        onClick={() => setShown('palette')}
      >
        <kbd>Ctrl K</kbd>
      </button>
      <button
        type="button"
        className="nav-link shortcut"
        aria-label="?: keys"
        title="Keys"
        onClick={() => setShown('keys')}
      >
        <kbd>?</kbd>
      </button>
      {shown === 'keys' && <KeyHelp onClose={close} />}
      {shown === 'palette' && <Palette onClose={close} />}
    </span>
  );
}
