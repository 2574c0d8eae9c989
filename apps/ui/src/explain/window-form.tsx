import { Button } from '@mantine/core';
import type { TimeWindowJson } from '@mapscope/contract';
import type { FormEvent } from 'react';
import { rangeOf, type MsRange } from '../chart/visible-range.ts';
import { fromLocalInput, toLocalInput } from './local-input.ts';

interface WindowFormProps {
  readonly window: TimeWindowJson;
  readonly onExplain: (range: MsRange) => void;
}

/** The way to another time for those who do not drag over a chart. */
export function WindowForm({ window, onExplain }: WindowFormProps) {
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const [from, to] = [fromLocalInput(data.get('from')), fromLocalInput(data.get('to'))];
    if (from < to) onExplain([from, to]);
  };
  const [from, to] = rangeOf(window);
  return (
    <form className="window-form" onSubmit={submit} key={`${from}-${to}`}>
      <label>
        from <input name="from" type="datetime-local" step="1" required defaultValue={toLocalInput(from)} />
      </label>
      <label>
        to <input name="to" type="datetime-local" step="1" required defaultValue={toLocalInput(to)} />
      </label>
      <Button type="submit" size="compact-xs" variant="default">
        Explain this time
      </Button>
    </form>
  );
}
