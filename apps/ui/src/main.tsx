import { createTheme, MantineProvider } from '@mantine/core';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { openAccess } from './api/access.ts';
import { AccessContext } from './api/use-access.ts';
import { App } from './app/app.tsx';

const theme = createTheme({ respectReducedMotion: true });

/** Reading the property throws where a browser blocks storage. */
function tabStorage(): Storage | undefined {
  try {
    return globalThis.sessionStorage;
  } catch {
    return undefined;
  }
}

const access = openAccess(tabStorage());

const root = document.getElementById('root');
if (root !== null) {
  createRoot(root).render(
    <StrictMode>
      {/* No style elements are made at run time: the API's policy allows style sheets only. The kit's variables are in its css. */}
      <MantineProvider theme={theme} defaultColorScheme="auto" withCssVariables={false} withGlobalClasses={false}>
        <AccessContext value={access}>
          <App />
        </AccessContext>
      </MantineProvider>
    </StrictMode>,
  );
}
