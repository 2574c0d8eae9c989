import { Button, TextInput } from '@mantine/core';
import type { Problem } from '@mapscope/contract';
import { keyPrefix } from '@mapscope/events';
import { useEffect, useRef, useState, type FormEvent } from 'react';
import { ask } from '../api/ask.ts';
import { statusPath } from '../api/paths.ts';
import { useAccess, useKey } from '../api/use-access.ts';
import { CopyCommand } from '../parts/copy-command.tsx';
import { refusalWords } from './refusal-words.ts';

interface KeyDialogProps {
  readonly refusal: Problem;
  readonly onClose: () => void;
}

/** The browser's own dialog: it holds the focus, closes by Escape, and needs no style of its own at run time. */
export function KeyDialog({ refusal, onClose }: KeyDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const words = refusalWords(refusal, useKey() !== undefined);
  useEffect(() => {
    const element = dialog.current;
    if (element?.open === false) element.showModal();
    element?.querySelector('input')?.focus();
    return () => element?.close();
  }, []);
  return (
    <dialog ref={dialog} className="key-dialog" aria-labelledby="key-title" onCancel={onClose}>
      <h2 id="key-title">{words.title}</h2>
      <p>{words.reason}</p>
      <p>
        Make one on the machine that runs Mapscope, in its folder. It is shown once; add <code>--file</code> if the API
        was started with another <code>--keys-file</code>.
      </p>
      <CopyCommand command={words.command} />
      <KeyForm onClose={onClose} />
    </dialog>
  );
}

function KeyForm({ onClose }: Pick<KeyDialogProps, 'onClose'>) {
  const { keep } = useAccess();
  const [mistake, setMistake] = useState<string>();
  const [isAsking, setIsAsking] = useState(false);
  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const given = new FormData(event.currentTarget).get('key');
    const key = typeof given === 'string' ? given.trim() : '';
    setIsAsking(true);
    const wrong = await mistakeOf(key);
    setIsAsking(false);
    setMistake(wrong);
    if (wrong === undefined) keep(key);
  };
  return (
    <form onSubmit={(event) => void submit(event)}>
      <TextInput
        name="key"
        type="password"
        label="Key"
        description="Kept in this tab only, and forgotten with it"
        placeholder="msk_…"
        autoComplete="off"
        spellCheck={false}
        error={mistake}
        classNames={{ input: 'mono' }}
        required
        withAsterisk={false}
      />
      <div className="key-actions">
        <Button type="button" variant="default" onClick={onClose}>
          Not now
        </Button>
        <Button type="submit" className="primary" loading={isAsking}>
          Use this key
        </Button>
      </div>
    </form>
  );
}

/** Tried before it is kept; an API that is away says nothing against a key. */
async function mistakeOf(key: string): Promise<string | undefined> {
  if (keyPrefix(key) === undefined) return 'A key looks like msk_ and 8 characters, _ and 43 more: copy it whole.';
  const caller = { key: () => key, onRefused: () => undefined };
  const answer = await ask(statusPath(), new AbortController().signal, caller);
  if (answer.ok || answer.problem.neededScope === undefined) return undefined;
  const { status, detail, neededScope } = answer.problem;
  return status === 403 ? `It lacks the scope “${neededScope}”: ${detail}` : detail;
}
