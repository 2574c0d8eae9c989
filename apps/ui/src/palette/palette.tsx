import type { IncidentsAnswer, ServicesAnswer } from '@mapscope/contract';
import { useId, useMemo, useState, type KeyboardEvent } from 'react';
import { incidentsPath, servicesPath } from '../api/paths.ts';
import { useAnswer } from '../api/use-answer.ts';
import { clockTime } from '../format/instant.ts';
import { incidentHref } from '../incidents/headline.ts';
import { Dialog } from '../parts/dialog.tsx';
import { PAGE_NAMES, PAGES } from '../router/pages.ts';
import { hrefOf } from '../router/query.ts';
import { navigate } from '../router/use-route.ts';
import { matching, type Entry } from './match.ts';

const SINCE = '24h';
const OF_SERVICE = ['explain', 'locks', 'maps', 'goroutines', 'crashes', 'tail'] as const;

const PAGE_ENTRIES: readonly Entry[] = PAGES.map((page) => ({
  text: PAGE_NAMES[page],
  kind: 'page',
  href: hrefOf(page),
}));

function useEntries(): readonly Entry[] {
  const services = useAnswer<ServicesAnswer>(servicesPath(SINCE)).value?.items;
  const incidents = useAnswer<IncidentsAnswer>(incidentsPath(SINCE)).value?.items;
  return useMemo(
    () => [
      ...PAGE_ENTRIES,
      ...(services ?? []).flatMap(({ service }) =>
        OF_SERVICE.map((page): Entry => ({ text: service, kind: PAGE_NAMES[page], href: hrefOf(page, { service }) })),
      ),
      ...(incidents ?? []).map((incident): Entry => {
        const text = `${incident.service} at ${clockTime(incident.window.from)}`;
        return { text, kind: 'incident', href: incidentHref(incident) };
      }),
    ],
    [services, incidents],
  );
}

/** Type a few letters, press Enter. */
export function Palette({ onClose }: { readonly onClose: () => void }) {
  const [typed, setTyped] = useState('');
  const [chosen, setChosen] = useState(0);
  const listId = useId();
  const found = matching(useEntries(), typed);
  const at = Math.min(chosen, found.length - 1);
  const follow = (entry: Entry): void => {
    onClose();
    navigate(entry.href);
  };
  const onKey = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (event.key === 'Enter' && found[at] !== undefined) follow(found[at]);
    if (step === 0 || found.length === 0) return;
    event.preventDefault();
    setChosen((at + step + found.length) % found.length);
  };
  return (
    <Dialog label="Find" className="palette" onClose={onClose}>
      <input
        className="palette-input"
        role="combobox"
        aria-expanded={found.length > 0}
        aria-controls={listId}
        aria-activedescendant={found.length === 0 ? undefined : `${listId}-${at}`}
        aria-label="Page, service or trace id"
        placeholder="Page, service or trace id"
        autoComplete="off"
        spellCheck={false}
        value={typed}
        onChange={(event) => {
          setTyped(event.currentTarget.value);
          setChosen(0);
        }}
        onKeyDown={onKey}
      />
      <Found id={listId} found={found} at={at} onFollow={follow} onPoint={setChosen} />
    </Dialog>
  );
}

interface FoundProps {
  readonly id: string;
  readonly found: readonly Entry[];
  readonly at: number;
  readonly onFollow: (entry: Entry) => void;
  readonly onPoint: (index: number) => void;
}

/** The input keeps the focus, and says which of these is meant. */
function Found({ id, found, at, onFollow, onPoint }: FoundProps) {
  if (found.length === 0)
    return <p className="dim small palette-none">Nothing of that name. A trace id has 32 hex digits.</p>;
  return (
    <ul id={id} role="listbox" aria-label="Found" className="palette-list">
      {found.map((entry, index) => (
        <li
          key={`${entry.kind} ${entry.href}`}
          id={`${id}-${index}`}
          role="option"
          aria-selected={index === at}
          onClick={() => onFollow(entry)}
          onMouseMove={() => onPoint(index)}
        >
          <span>{entry.text}</span> <span className="dim small">{entry.kind}</span>
        </li>
      ))}
    </ul>
  );
}
