import { Button } from '@mantine/core';
import { Dialog } from '../parts/dialog.tsx';
import { PAGE_NAMES, PAGES } from '../router/pages.ts';
import { goKeysOf, KEY_GROUPS, type KeyLine } from './key-table.ts';

const GO_LINES: readonly KeyLine[] = PAGES.map((page) => ({
  keys: [goKeysOf(page).join(' ')],
  does: `go to ${PAGE_NAMES[page]}`,
}));

export function KeyHelp({ onClose }: { readonly onClose: () => void }) {
  return (
    <Dialog label="Keys" className="key-help" onClose={onClose}>
      <div className="panel-head">
        <h2>Keys</h2>
        <span className="grow" />
        <Button variant="default" size="compact-xs" onClick={onClose}>
          Close
        </Button>
      </div>
      <div className="key-groups">
        {[...KEY_GROUPS, { title: 'Pages', lines: GO_LINES }].map(({ title, lines }) => (
          <section key={title} aria-label={title}>
            <h3>{title}</h3>
            <dl>
              {lines.map(({ keys, does }) => (
                <div key={does}>
                  <dt>
                    {keys.map((key) => (
                      <kbd key={key}>{key}</kbd>
                    ))}
                  </dt>
                  <dd>{does}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
