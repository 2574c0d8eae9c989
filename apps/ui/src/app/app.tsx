import type { StatusAnswer } from '@mapscope/contract';
import { useEffect, useRef, type ComponentType, type RefObject } from 'react';
import { statusPath } from '../api/paths.ts';
import { useAnswer, type Asked } from '../api/use-answer.ts';
import { ExplainPage } from '../explain/explain-page.tsx';
import { IncidentsPage } from '../incidents/incidents-page.tsx';
import { Link } from '../router/link.tsx';
import { hrefOf } from '../router/query.ts';
import type { Page } from '../router/pages.ts';
import { useRoute } from '../router/use-route.ts';
import { StatusPage } from '../status/status-page.tsx';
import { TailPage } from '../tail/tail-page.tsx';
import { TracePage } from '../trace/trace-page.tsx';
import { ErrorBoundary } from './error-boundary.tsx';
import { Header } from './header.tsx';
import { ReplayBanner } from './replay-banner.tsx';
import { titleOf } from './title.ts';

const STATUS_POLL_MILLIS = 5000;

export function App() {
  const { page, query } = useRoute();
  const status = useAnswer<StatusAnswer>(statusPath(), { pollMillis: STATUS_POLL_MILLIS });
  const title = titleOf(page, query);
  useEffect(() => {
    document.title = title;
  }, [title]);
  const main = useFocusOnNewPage(page);
  return (
    <>
      <a className="skip" href="#main">
        Skip to the page
      </a>
      <Header page={page} status={status} />
      <ReplayBanner status={status.value} />
      <main id="main" ref={main} tabIndex={-1}>
        {/* A page that broke must not stay broken on the next one. */}
        <ErrorBoundary key={page}>
          <CurrentPage page={page} status={status} />
        </ErrorBoundary>
      </main>
    </>
  );
}

/** Who walks by keyboard or ear goes on reading in the new page, not in the link that was followed. */
function useFocusOnNewPage(page: Page | undefined): RefObject<HTMLElement | null> {
  const main = useRef<HTMLElement>(null);
  const shown = useRef(page);
  useEffect(() => {
    if (shown.current !== page) main.current?.focus({ preventScroll: true });
    shown.current = page;
  }, [page]);
  return main;
}

interface PageProps {
  readonly status: Asked<StatusAnswer>;
}

const PAGE_COMPONENTS: Readonly<Record<Page, ComponentType<PageProps>>> = {
  incidents: IncidentsPage,
  explain: ExplainPage,
  trace: TracePage,
  tail: TailPage,
  status: StatusPage,
};

function CurrentPage({ page, status }: PageProps & { readonly page: Page | undefined }) {
  const Shown = page === undefined ? NoSuchPage : PAGE_COMPONENTS[page];
  return <Shown status={status} />;
}

function NoSuchPage() {
  return (
    <div className="note">
      <p>
        There is no such page. <Link href={hrefOf('incidents')}>Go to the incidents.</Link>
      </p>
    </div>
  );
}
