import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import { PAGE_FOLDERS } from './src/router/pages.ts';

/**
 * Writes index.html once more for every page (`explain/index.html`, …): a plain static file server then answers
 * each shared link, and unknown paths still end in the API's own 404.
 */
function pagePerFolder(): Plugin {
  return {
    name: 'page-per-folder',
    enforce: 'post',
    generateBundle(_options, bundle) {
      const index = bundle['index.html'];
      if (index?.type !== 'asset')
        throw new Error('index.html is not in the bundle: build with index.html as the entry');
      for (const folder of PAGE_FOLDERS) {
        this.emitFile({ type: 'asset', fileName: `${folder}/index.html`, source: index.source });
      }
    },
  };
}

export default defineConfig({
  root: import.meta.dirname,
  base: '/',
  plugins: [react(), pagePerFolder()],
  // data: URLs are not allowed by the API's content security policy, so nothing is inlined.
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    target: 'es2023',
    // light-dark() since these versions; below them the style sheets would be rewritten to something that cannot switch.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    chunkSizeWarningLimit: 900,
  },
});
